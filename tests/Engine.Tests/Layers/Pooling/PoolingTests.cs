using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Pooling;

namespace ExperimentRunner.Engine.Tests.Layers.Pooling;

public class PoolingTests
{
    public static TheoryData<int, bool, Padding, Channels> Settings
    {
        get
        {
            var settings = new TheoryData<int, bool, Padding, Channels>();
            foreach (var rank in new[] { 1, 2, 3 })
            {
                foreach (var max in new[] { true, false })
                {
                    foreach (var padding in new[] { Padding.Valid, Padding.Same })
                    {
                        settings.Add(rank, max, padding, Channels.Last);
                        settings.Add(rank, max, padding, Channels.First);
                    }
                }
            }

            return settings;
        }
    }

    [Theory, MemberData(nameof(Settings))]
    public void APoolIsWhatPlainLoopsSay(int rank, bool max, Padding padding, Channels format)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random((rank * 100) + seed);
            int[] sizes = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 5))];
            int[]? strides = seed % 3 == 0 ? null : [.. sizes.Select(_ => seed % 3 == 1 ? 1 : random.Next(1, 5))];
            var input = Grid.Random(random, [2, .. sizes.Select(_ => (long)random.Next(4, 8)), 3]);

            Grid? gradient = null;
            var run = LayerRun.Of(Pool(rank, max, sizes, strides, padding, format), input, [], shape => gradient = Grid.Random(random, shape));

            var slow = new Convolutional.SlowConvolution(sizes, strides ?? sizes, [.. sizes.Select(_ => 1)]);
            var borders = Enumerable.Range(0, rank).Select(axis => slow.Borders(padding == Padding.Same ? "same" : "valid", input.Shape[axis + 1], axis)).ToArray();
            var expected = new Grid([2, .. borders.Select(border => border.Places), 3]);
            var inputGradient = new Grid(input.Shape);
            foreach (var at in expected.Indices)
            {
                var seen = Grid.IndicesOf([.. sizes.Select(size => (long)size)])
                    .Select(tap => (long[])[at[0], .. tap.Select((place, axis) => (at[axis + 1] * (strides ?? sizes)[axis]) + place - borders[axis].Before), at[^1]])
                    .Where(input.Has).ToList();
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
    public void UnknownLengthsAndChannelsStayUnknown()
    {
        var layer = new MaxPooling2D { PoolSize = [3, 2], Strides = [2, 2] };

        Assert.Equal([null, null, 14, null], LayerRun.Infer(layer, null, 28, null));
        Assert.Equal([null, 4, 14, 14], LayerRun.Infer(layer with { Padding = Padding.Same, DataFormat = Channels.First }, 4, 28, 27));
    }

    [Fact]
    public void AnInputThatDoesNotFitIsTold()
    {
        var layer = new AveragePooling3D { PoolSize = [2, 2, 3] };

        Assert.Equal("expected 5 axes, but its input is [batch, 28, 28, 3]", LayerRun.Misfit(layer, 28, 28, 3));
        Assert.Equal("needs an input of at least 2×2×3, but its input is [batch, 4, 4, 2, 1]", LayerRun.Misfit(layer, 4, 4, 2, 1));
    }

    private static Layer Pool(int rank, bool max, int[] sizes, int[]? strides, Padding padding, Channels format) => (rank, max) switch
    {
        (1, true) => new MaxPooling1D { PoolSize = sizes, Strides = strides, Padding = padding, DataFormat = format },
        (2, true) => new MaxPooling2D { PoolSize = sizes, Strides = strides, Padding = padding, DataFormat = format },
        (_, true) => new MaxPooling3D { PoolSize = sizes, Strides = strides, Padding = padding, DataFormat = format },
        (1, _) => new AveragePooling1D { PoolSize = sizes, Strides = strides, Padding = padding, DataFormat = format },
        (2, _) => new AveragePooling2D { PoolSize = sizes, Strides = strides, Padding = padding, DataFormat = format },
        _ => new AveragePooling3D { PoolSize = sizes, Strides = strides, Padding = padding, DataFormat = format },
    };
}
