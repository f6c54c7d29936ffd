using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers;

/// <summary>
/// A window that moves over the axes of space: the kernel of a convolution, the pool of a pooling layer. The one place that knows
/// how long the output is and how the borders are padded.
/// </summary>
/// <remarks>
/// Padding <c>same</c> is TensorFlow's: the output has <c>⌈length / stride⌉</c> places, and when the padding for them is odd the
/// extra one is at the end. Source: TensorFlow, <c>tf.nn</c>, "Notes on padding".
/// </remarks>
/// <param name="Sizes">Its length along each axis.</param>
/// <param name="Strides">How far it moves.</param>
/// <param name="Dilations">The distance of the values it sees.</param>
/// <param name="Padding">What it sees at the borders.</param>
internal sealed record Window(IReadOnlyList<int> Sizes, IReadOnlyList<int> Strides, IReadOnlyList<int> Dilations, TimePadding Padding)
{
    /// <summary>A window that sees all values between its ends.</summary>
    internal static Window Dense(IReadOnlyList<int> sizes, IReadOnlyList<int> strides, Padding padding) =>
        new(sizes, strides, [.. sizes.Select(_ => 1)], (TimePadding)padding);

    /// <summary>A window that sees one place at a time.</summary>
    internal static Window Point(int rank)
    {
        int[] ones = [.. Enumerable.Repeat(1, rank)];
        return new Window(ones, ones, ones, TimePadding.Valid);
    }

    /// <summary>How many axes it moves over.</summary>
    internal int Rank => Sizes.Count;

    /// <summary>The shape of the output, with this many channels.</summary>
    /// <exception cref="ShapeException">The input has another rank, or is too small.</exception>
    internal Shape Over(Spec input, Channels? format, long? channels)
    {
        var shape = input.NeedExactRank(Rank + 2).Shape.With(Space.ChannelAxis(format), channels);
        for (var axis = 0; axis < Rank; axis++)
        {
            var at = axis + Space.FirstAxis(format);
            if (Padding == TimePadding.Valid && input.Shape[at] < Reach(axis))
            {
                throw new ShapeException($"needs an input of at least {string.Join('×', Sizes.Select((_, i) => Reach(i)))}, but its input is {input.Shape}");
            }

            shape = shape.With(at, Places(input.Shape[at], axis));
        }

        return shape;
    }

    /// <summary>What Keras says of a convolution that leaves out places both between its steps and inside its window.</summary>
    internal static IEnumerable<OptionMistake> BothAboveOne(IReadOnlyList<int> strides, IReadOnlyList<int> dilations)
    {
        if (strides.Max() > 1 && dilations.Max() > 1)
        {
            yield return new OptionMistake("dilation_rate", "'dilation_rate' and 'strides' are both above 1.", "a dilation rate of 1, or strides of 1");
        }
    }

    /// <summary>How many values there must be before and after an axis of this length.</summary>
    internal (long Before, long After) PaddingOf(long length, int axis)
    {
        switch (Padding)
        {
            case TimePadding.Same:
                var total = Math.Max(((Places(length, axis)!.Value - 1) * Strides[axis]) + Reach(axis) - length, 0);
                return (total / 2, total - (total / 2));
            case TimePadding.Causal:
                return (Reach(axis) - 1, 0);
            default:
                return (0, 0);
        }
    }

    /// <summary>How many places it takes along an axis; an unknown length gives an unknown number.</summary>
    private long? Places(long? length, int axis) =>
        ((Padding == TimePadding.Valid ? length - Reach(axis) : length - 1) / Strides[axis]) + 1;

    /// <summary>The distance from its first value to its last, both counted.</summary>
    private long Reach(int axis) => ((Sizes[axis] - 1L) * Dilations[axis]) + 1;
}
