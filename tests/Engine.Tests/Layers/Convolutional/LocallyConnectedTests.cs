using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;

namespace ExperimentRunner.Engine.Tests.Layers.Convolutional;

public class LocallyConnectedTests
{
    [Theory]
    [InlineData(1, Padding.Valid, Channels.Last)]
    [InlineData(1, Padding.Valid, Channels.First)]
    [InlineData(2, Padding.Valid, Channels.Last)]
    [InlineData(2, Padding.Same, Channels.Last)]
    [InlineData(2, Padding.Same, Channels.First)]
    [InlineData(3, Padding.Valid, Channels.First)]
    [InlineData(3, Padding.Same, Channels.Last)]
    [InlineData(3, Padding.Same, Channels.First)]
    public void EveryPlaceHasAKernelOfItsOwn(int implementation, Padding padding, Channels format)
    {
        var random = new Random(implementation);
        var (sizes, strides, channels, filters) = (new[] { 3, 2 }, new[] { 2, 1 }, 2, 3);
        var input = Grid.Random(random, 2, 7, 5, channels);
        long[] places = padding == Padding.Valid ? [3, 4] : [4, 5];

        // The joined pairs in order, as (place, filter) and (place, channel) of the format.
        var joined = new List<(long[] In, long[] Out)>();
        foreach (var at in Grid.IndicesOf(format == Channels.First ? [filters, .. places] : [.. places, filters]))
        {
            foreach (var seen in Grid.IndicesOf(format == Channels.First ? [channels, 7, 5] : [7, 5, channels]))
            {
                var (outAt, inAt) = (Last(at, format), Last(seen, format));
                var inside = Enumerable.Range(0, 2).All(axis =>
                {
                    var start = (outAt[axis] * strides[axis]) - (padding == Padding.Same ? sizes[axis] / 2 : 0);
                    return inAt[axis] >= start && inAt[axis] < start + sizes[axis];
                });
                if (inside)
                {
                    joined.Add((inAt, outAt));
                }
            }
        }

        var kernel = implementation switch
        {
            1 => Grid.Random(random, places[0] * places[1], sizes[0] * sizes[1] * channels, filters),
            2 when format == Channels.First => Grid.Random(random, [channels, 7, 5, filters, .. places]),
            2 => Grid.Random(random, [7, 5, channels, .. places, filters]),
            _ => Grid.Random(random, joined.Count),
        };
        var bias = Grid.Random(random, [.. places, filters]);
        var expected = new Grid([2, .. places, filters]);
        foreach (var at in expected.Indices)
        {
            expected[at] = bias[at[1..]];
        }

        var used = new Dictionary<(long, long), long>();
        for (var i = 0; i < joined.Count; i++)
        {
            var (seen, at) = joined[i];
            var (place, number) = ((at[0] * places[1]) + at[1], used.GetValueOrDefault(((at[0] * places[1]) + at[1], at[2])));
            used[(place, at[2])] = number + 1;
            var weight = implementation switch
            {
                1 => kernel[place, number, at[2]],
                2 when format == Channels.First => kernel[seen[2], seen[0], seen[1], at[2], at[0], at[1]],
                2 => kernel[[.. seen, .. at]],
                _ => kernel[i],
            };
            for (var example = 0; example < 2; example++)
            {
                expected[[example, .. at]] += weight * input[[example, .. seen]];
            }
        }

        var layer = new LocallyConnected2D
        {
            Filters = filters, KernelSize = sizes, Strides = strides, Padding = padding, DataFormat = format, Implementation = implementation,
        };
        var run = LayerRun.Of(layer, input, [kernel, bias], shape => Grid.Random(random, shape));

        LayerRun.AssertSame(expected, run.Output);
        Assert.All(run.InputGradient.Values.Concat(run.WeightGradients[0].Values), value => Assert.True(double.IsFinite(value)));
        Assert.Equal(joined.Count, run.WeightGradients[0].Values.Count(value => value != 0));
    }

    [Fact]
    public void EveryLengthMustBeKnown()
    {
        var layer = new LocallyConnected1D { Filters = 2, KernelSize = [3] };

        Assert.Equal([null, 5, 2], LayerRun.Infer(layer, 7, 4));
        Assert.Equal("needs to know the length of each axis, which is unknown in its input [batch, ?, 4]", LayerRun.Misfit(layer, null, 4));
        Assert.Equal("needs an input of at least 3, but its input is [batch, 2, 4]", LayerRun.Misfit(layer, 2, 4));
    }

    private static long[] Last(long[] index, Channels format) => format == Channels.First ? [.. index[1..], index[0]] : index;
}
