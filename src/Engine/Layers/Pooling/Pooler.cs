using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>Computes pooling of any rank, stride, padding and format.</summary>
/// <param name="window">The window that moves over the input.</param>
/// <param name="format">Where the channels stand in input and output.</param>
/// <param name="function">What is taken from each window.</param>
internal sealed class Pooler(Window window, Channels? format, PoolFunction function)
{
    private readonly long[] _sizes = Space.PerAxis(window.Sizes, 1);
    private readonly long[] _strides = Space.PerAxis(window.Strides, 1);

    /// <summary>One value from each place of the window.</summary>
    internal Tensor Pool(Tensor x)
    {
        var input = Space.In(x, format); // [batch, channels, …]
        var pads = Space.Padding(input, window);

        // libtorch pads both ends alike. One more at the end is a window that may reach beyond it; with a stride of 1, which leaves
        // no room for that, it is one more at the start as well, and a first place that is dropped.
        var dropped = Array.ConvertAll(pads, pad => pad.After > pad.Before ? 1L : 0);
        for (var axis = 0; axis < pads.Length; axis++)
        {
            dropped[axis] *= _strides[axis] == 1 ? 1 : 0;
        }

        var y = function(input, _sizes, _strides, [.. pads.Select((pad, axis) => pad.Before + dropped[axis])], pads.Any(pad => pad.After > pad.Before));
        for (var axis = 0; axis < dropped.Length; axis++)
        {
            y = dropped[axis] == 0 ? y : y.narrow(axis + 2, 1, y.shape[axis + 2] - 1);
        }

        return Space.Out(y, format, window.Rank);
    }
}
