using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Pooling;

namespace ExperimentRunner.Engine.Tests.Layers.Pooling;

public class AdaptivePoolingTests
{
    [Theory]
    [InlineData(1, true, Channels.Last)]
    [InlineData(1, false, Channels.First)]
    [InlineData(2, true, Channels.First)]
    [InlineData(2, false, Channels.Last)]
    [InlineData(3, true, Channels.Last)]
    [InlineData(3, true, Channels.First)]
    [InlineData(3, false, Channels.Last)]
    [InlineData(3, false, Channels.First)]
    public void TheWindowsAreAsLargeAsTheOutputNeeds(int rank, bool max, Channels format)
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            int[] sizes = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 6))];
            var input = Grid.Random(random, [2, .. sizes.Select(size => (long)random.Next(size, 8)), 3]);

            Grid? gradient = null;
            var run = LayerRun.Of(Pool(rank, max, sizes, format), input, [], shape => gradient = Grid.Random(random, shape));

            var expected = new Grid([2, .. sizes.Select(size => (long)size), 3]);
            var inputGradient = new Grid(input.Shape);
            foreach (var at in expected.Indices)
            {
                var starts = sizes.Select((size, axis) => at[axis + 1] * input.Shape[axis + 1] / size).ToArray();
                var lengths = sizes.Select((size, axis) => (((at[axis + 1] + 1) * input.Shape[axis + 1]) + size - 1) / size).Zip(starts, (end, start) => end - start);
                var seen = Grid.IndicesOf([.. lengths])
                    .Select(tap => (long[])[at[0], .. tap.Select((place, axis) => starts[axis] + place), at[^1]]).ToList();
                if (max)
                {
                    var greatest = seen.MaxBy(place => input[place])!;
                    expected[at] = input[greatest];
                    inputGradient[greatest] += gradient![at];
                }
                else
                {
                    expected[at] = seen.Average(place => input[place]);
                    seen.ForEach(place => inputGradient[place] += gradient![at] / seen.Count);
                }
            }

            LayerRun.AssertSame(expected, run.Output);
            LayerRun.AssertSame(inputGradient, run.InputGradient);
        }
    }

    [Fact]
    public void TheOutputIsKnownWhereTheInputIsNot() =>
        Assert.Equal([null, 2, 3, 8], LayerRun.Infer(new AdaptiveMaxPooling2D { OutputSize = [2, 3] }, null, null, 8));

    private static Layer Pool(int rank, bool max, int[] sizes, Channels format) => (rank, max) switch
    {
        (1, true) => new AdaptiveMaxPooling1D { OutputSize = sizes, DataFormat = format },
        (2, true) => new AdaptiveMaxPooling2D { OutputSize = sizes, DataFormat = format },
        (_, true) => new AdaptiveMaxPooling3D { OutputSize = sizes, DataFormat = format },
        (1, _) => new AdaptiveAveragePooling1D { OutputSize = sizes, DataFormat = format },
        (2, _) => new AdaptiveAveragePooling2D { OutputSize = sizes, DataFormat = format },
        _ => new AdaptiveAveragePooling3D { OutputSize = sizes, DataFormat = format },
    };
}
