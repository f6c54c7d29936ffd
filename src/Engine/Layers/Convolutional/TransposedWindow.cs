using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>
/// The window of the output over which a transposed convolution spreads each input. The one place that knows how long the output
/// is and what is cut off its borders.
/// </summary>
/// <remarks>
/// The whole output has <c>(length − 1) · stride + reach</c> places. With padding <c>same</c> it is cut to <c>length · stride</c>, or
/// to <c>(length − 1) · stride + reach mod 2 + output_padding</c> where that is said; when the cut is odd, the end loses more. With
/// <c>valid</c>, <c>output_padding</c> places are added at the end (by default, as many as a stride beyond the reach leaves bare).
/// Source: Keras 3, <c>keras.ops.conv_transpose</c>.
/// </remarks>
/// <param name="Sizes">Its length along each axis.</param>
/// <param name="Strides">How far it moves.</param>
/// <param name="Dilations">The distance of the values it reaches.</param>
/// <param name="Padding">Whether the borders are cut off.</param>
/// <param name="OutputPadding">What is added to the output's lengths, or null.</param>
internal sealed record TransposedWindow(
    IReadOnlyList<int> Sizes, IReadOnlyList<int> Strides, IReadOnlyList<int> Dilations, Padding Padding, IReadOnlyList<int>? OutputPadding)
{
    /// <summary>How many axes it moves over.</summary>
    internal int Rank => Sizes.Count;

    /// <summary>The shape of the output, with this many channels.</summary>
    /// <exception cref="ShapeException">Nothing would come out.</exception>
    internal Shape Over(Spec input, Channels? format, long channels)
    {
        var shape = input.Shape.With(Space.ChannelAxis(format), channels);
        for (var axis = 0; axis < Rank; axis++)
        {
            var at = axis + Space.FirstAxis(format);
            var (before, after) = Cut(axis);
            var length = ((input.Shape[at] - 1) * Strides[axis]) + Reach(axis) - before - after;
            shape = length <= 0 ? throw new ShapeException($"would put out nothing, for its input is {input.Shape}") : shape.With(at, length);
        }

        return shape;
    }

    /// <summary>How many places are cut off both ends of the whole output; less than none are added.</summary>
    internal (long Before, long After) Cut(int axis)
    {
        var reach = Reach(axis);
        if (Padding == Padding.Valid)
        {
            return (0, OutputPadding is null ? reach - Math.Max(reach, Strides[axis]) : -OutputPadding[axis]);
        }

        var total = OutputPadding is null ? reach - Strides[axis] : reach - (reach % 2) - OutputPadding[axis];
        var before = Math.Max(total / 2, 0);
        return (before, total - before);
    }

    private long Reach(int axis) => ((Sizes[axis] - 1L) * Dilations[axis]) + 1;
}
