using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>Computes transposed convolutions, of any rank, stride, dilation, padding and format.</summary>
internal sealed class TransposedConvolver
{
    private readonly Channels? _format;
    private readonly int _rank;
    private readonly long[] _strides;
    private readonly long[] _dilations;
    private readonly long[] _cut;
    private readonly long[] _added;
    private readonly long[] _left;

    /// <summary>Prepares for a window and a format.</summary>
    internal TransposedConvolver(TransposedWindow window, Channels? format)
    {
        _format = format;
        _rank = window.Rank;
        _strides = Space.PerAxis(window.Strides, 1);
        _dilations = Space.PerAxis(window.Dilations, 1);
        var cuts = Enumerable.Range(0, window.Rank).Select(window.Cut).ToList();

        // libtorch cuts both ends alike, then adds places at the end. Where the end loses more, the rest is left to do.
        _cut = Space.PerAxis(cuts.Select(cut => (int)cut.Before), 0);
        _added = Space.PerAxis(cuts.Select(cut => (int)Math.Max(cut.Before - cut.After, 0)), 0);
        _left = Space.PerAxis(cuts.Select(cut => (int)Math.Max(cut.After - cut.Before, 0)), 0);
    }

    /// <summary>The transposed convolution of an input with a kernel.</summary>
    /// <param name="x">The input, in the format of this.</param>
    /// <param name="kernel">The kernel, <c>[…, channels out, channels in]</c>.</param>
    /// <param name="bias">What is added to each channel, or null.</param>
    internal Tensor Convolve(Tensor x, Tensor kernel, Tensor? bias)
    {
        var input = Space.In(x, _format); // [batch, channels, …]
        var filters = Space.Filters(kernel); // [channels in, channels out, …]
        var y = _strides.Length == 2
            ? nn.functional.conv_transpose2d(input, filters, bias, _strides, _cut, _added, _dilations)
            : nn.functional.conv_transpose3d(input, filters, bias, _strides, _cut, _added, _dilations);
        for (var axis = 0; axis < _left.Length; axis++)
        {
            y = _left[axis] == 0 ? y : y.narrow(axis + 2, 0, y.shape[axis + 2] - _left[axis]);
        }

        return Space.Out(y, _format, _rank);
    }
}
