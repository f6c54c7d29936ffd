namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>Which values of its input each place of a locally connected layer's output sees, all as flat indices without the batch.</summary>
/// <remarks>Source: Keras 2, <c>keras.utils.conv_utils.conv_kernel_idxs</c>.</remarks>
/// <param name="window">The window that moves over the input.</param>
/// <param name="format">Where the channels stand in input and output.</param>
/// <param name="input">The lengths of the input's axes.</param>
/// <param name="output">The lengths of the output's axes.</param>
internal sealed class LocalMap(Window window, Channels? format, long[] input, long[] output)
{
    /// <summary>The lengths of the input's axes.</summary>
    internal long[] Input => input;

    /// <summary>The lengths of the output's axes.</summary>
    internal long[] Output => output;

    /// <summary>The lengths of the output's axes of space.</summary>
    internal long[] OutputSpace => SpaceOf(output);

    /// <summary>How many places the output has.</summary>
    internal long Places => OutputSpace.Aggregate((a, b) => a * b);

    /// <summary>How many values a window inside the input sees.</summary>
    internal long Patch => window.Sizes.Aggregate(ChannelsOf(input), (a, b) => a * b);

    /// <summary>What each place sees, in the order of the places, and of the input.</summary>
    internal IEnumerable<long[]> Patches => Indices(OutputSpace).Select(Seen);

    /// <summary>The joined pairs as indices into a matrix <c>[outputs, inputs]</c>, in ascending order.</summary>
    internal long[] Used
    {
        get
        {
            var (inputs, filters, places) = (input.Aggregate((a, b) => a * b), ChannelsOf(output), Places);
            var patches = Patches.ToArray();
            var used = from place in Enumerable.Range(0, patches.Length)
                       from filter in Enumerable.Range(0, (int)filters)
                       let row = format is Channels.First ? (filter * places) + place : (place * filters) + filter
                       from seen in patches[place]
                       select (row * inputs) + seen;
            return [.. used.Order()];
        }
    }

    private long[] SpaceOf(long[] shape) => format is Channels.First ? shape[1..] : shape[..^1];

    private long ChannelsOf(long[] shape) => format is Channels.First ? shape[0] : shape[^1];

    /// <summary>The flat indices of the values that one place sees.</summary>
    private long[] Seen(long[] place)
    {
        var lengths = SpaceOf(input);
        var ranges = place.Select((at, axis) =>
        {
            var start = (at * window.Strides[axis]) - (window.Padding == TimePadding.Same ? window.Sizes[axis] / 2 : 0);
            return (Start: Math.Max(start, 0), End: Math.Min(start + window.Sizes[axis], lengths[axis]));
        }).ToArray();
        var channels = (Start: 0L, End: ChannelsOf(input));
        var all = format is Channels.First ? ranges.Prepend(channels).ToArray() : [.. ranges, channels];
        return [.. Indices([.. all.Select(range => range.End - range.Start)])
            .Select(index => index.Select((i, axis) => i + all[axis].Start).Zip(input).Aggregate(0L, (flat, axis) => (flat * axis.Second) + axis.First))];
    }

    /// <summary>All indices into a shape, the last axis fastest.</summary>
    private static IEnumerable<long[]> Indices(long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        for (var flat = 0L; flat < count; flat++)
        {
            var index = new long[shape.Length];
            var rest = flat;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            }

            yield return index;
        }
    }
}
