using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>
/// How layers over space see a tensor. In memory it stands as Keras writes it, channels last by default; libtorch is shown a view
/// with the channels second, which it takes for its own <c>channels_last</c> format, so no values move. One axis of space becomes
/// two (the first of length 1), because libtorch has that format for two and three axes only.
/// </summary>
internal static class Space
{
    /// <summary>The axis of the channels.</summary>
    internal static int ChannelAxis(Channels? format) => format is Channels.First ? 1 : -1;

    /// <summary>The first axis of space.</summary>
    internal static int FirstAxis(Channels? format) => format is Channels.First ? 2 : 1;

    /// <summary>The view for libtorch: <c>[batch, channels, …]</c> with two or three axes of space.</summary>
    internal static Tensor In(Tensor x, Channels? format)
    {
        var wide = x.dim() > 3 ? x : x.unsqueeze(FirstAxis(format));
        return format is Channels.First ? wide : wide.movedim([-1], [1]);
    }

    /// <summary>Undoes <see cref="In"/>.</summary>
    /// <param name="y">libtorch's result.</param>
    /// <param name="format">Where the channels belong.</param>
    /// <param name="rank">How many axes of space there were.</param>
    internal static Tensor Out(Tensor y, Channels? format, int rank)
    {
        var wide = format is Channels.First ? y : y.movedim([1], [-1]);
        return (rank > 1 ? wide : wide.squeeze(FirstAxis(format))).contiguous(); // as it is, unless libtorch left its format
    }

    /// <summary>Numbers of each axis as libtorch wants them: two or three.</summary>
    /// <param name="numbers">One number for each axis of space.</param>
    /// <param name="added">The number of the axis that <see cref="In"/> adds.</param>
    internal static long[] PerAxis(IEnumerable<int> numbers, long added)
    {
        long[] given = [.. numbers.Select(number => (long)number)];
        return given.Length > 1 ? given : [added, .. given];
    }

    /// <summary>The view of a kernel that libtorch wants: <c>[…, in, out]</c> as <c>[out, in, …]</c>, with two or three axes of space.</summary>
    internal static Tensor Filters(Tensor kernel)
    {
        var wide = kernel.dim() > 3 ? kernel : kernel.unsqueeze(0);
        return wide.dim() == 4 ? wide.permute(3, 2, 0, 1) : wide.permute(4, 3, 0, 1, 2);
    }

    /// <summary>How much a window needs before and after each axis of space of a view for libtorch.</summary>
    internal static (long Before, long After)[] Padding(Tensor view, Window window)
    {
        var lengths = view.shape.AsSpan(2);
        var pads = new (long, long)[lengths.Length];
        var added = pads.Length - window.Rank;
        for (var axis = added; axis < pads.Length; axis++)
        {
            pads[axis] = window.PaddingOf(lengths[axis], axis - added);
        }

        return pads;
    }

    /// <summary>Pads the axes of space of a view for libtorch.</summary>
    /// <param name="x">The view.</param>
    /// <param name="pads">How much before and after each axis, the first axis first.</param>
    /// <param name="value">What is put there.</param>
    internal static Tensor Pad(Tensor x, IReadOnlyList<(long Before, long After)> pads, double value = 0) =>
        pads.All(pad => pad is (0, 0)) ? x : nn.functional.pad(x, [.. pads.Reverse().SelectMany(pad => new[] { pad.Before, pad.After })], value: value);
}
