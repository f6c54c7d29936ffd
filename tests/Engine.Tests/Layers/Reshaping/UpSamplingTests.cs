using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Layers.Reshaping;

public class UpSamplingTests
{
    [Theory]
    [InlineData(1, Channels.Last)]
    [InlineData(2, Channels.Last)]
    [InlineData(2, Channels.First)]
    [InlineData(3, Channels.Last)]
    [InlineData(3, Channels.First)]
    public void ValuesAreRepeated(int rank, Channels format)
    {
        var random = new Random(rank);
        int[] sizes = [.. Enumerable.Range(0, rank).Select(axis => 3 - axis)];
        var input = Grid.Random(random, [2, .. sizes.Select(size => size + 1L), 3]);
        Grid? gradient = null;
        Layer layer = rank switch
        {
            1 => new UpSampling1D { Size = sizes[0] },
            2 => new UpSampling2D { Size = sizes, DataFormat = format },
            _ => new UpSampling3D { Size = sizes, DataFormat = format },
        };

        var run = LayerRun.Of(layer, input, [], shape => gradient = Grid.Random(random, shape));

        var expected = new Grid([2, .. sizes.Select(size => size * (size + 1L)), 3]);
        var inputGradient = new Grid(input.Shape);
        foreach (var at in expected.Indices)
        {
            long[] from = [at[0], .. sizes.Select((size, axis) => at[axis + 1] / size), at[^1]];
            expected[at] = input[from];
            inputGradient[from] += gradient![at];
        }

        LayerRun.AssertSame(expected, run.Output);
        LayerRun.AssertSame(inputGradient, run.InputGradient);
    }

    [Theory]
    [InlineData(Interpolation.Bilinear, Channels.Last)]
    [InlineData(Interpolation.Bilinear, Channels.First)]
    [InlineData(Interpolation.Bicubic, Channels.Last)]
    [InlineData(Interpolation.Bicubic, Channels.First)]
    [InlineData(Interpolation.Lanczos3, Channels.Last)]
    [InlineData(Interpolation.Lanczos5, Channels.First)]
    public void NewPixelsAreWeightedMeans(Interpolation interpolation, Channels format)
    {
        var random = new Random(1);
        var input = Grid.Random(random, 2, 4, 6, 3);
        Grid? gradient = null;
        var layer = new UpSampling2D { Size = [3, 2], Interpolation = interpolation, DataFormat = format };

        var run = LayerRun.Of(layer, input, [], shape => gradient = Grid.Random(random, shape));

        var expected = new Grid(2, 12, 12, 3);
        var inputGradient = new Grid(input.Shape);
        foreach (var at in expected.Indices)
        {
            foreach (var pixel in Grid.IndicesOf(4, 6))
            {
                var weight = Weight(interpolation, at[1], pixel[0], 4, 3) * Weight(interpolation, at[2], pixel[1], 6, 2);
                expected[at] += weight * input[at[0], pixel[0], pixel[1], at[3]];
                inputGradient[at[0], pixel[0], pixel[1], at[3]] += weight * gradient![at];
            }
        }

        LayerRun.AssertSame(expected, run.Output);
        LayerRun.AssertSame(inputGradient, run.InputGradient);
    }

    [Fact]
    public void UnknownLengthsStayUnknown() =>
        Assert.Equal([null, null, 15, 4], LayerRun.Infer(new UpSampling2D { Size = [2, 3] }, null, 5, 4));

    /// <summary>What a pixel weighs in a new one, beside all the others.</summary>
    private static double Weight(Interpolation interpolation, long at, long pixel, int length, int factor)
    {
        var center = ((at + 0.5) / factor) - 0.5;
        return Kernel(interpolation, center - pixel) / Enumerable.Range(0, length).Sum(other => Kernel(interpolation, center - other));
    }

    private static double Kernel(Interpolation interpolation, double distance)
    {
        var x = Math.Abs(distance);
        var radius = interpolation == Interpolation.Lanczos3 ? 3 : 5;
        return interpolation switch
        {
            Interpolation.Bilinear => Math.Max(0, 1 - x),
            Interpolation.Bicubic when x <= 1 => (1.5 * x * x * x) - (2.5 * x * x) + 1,
            Interpolation.Bicubic when x < 2 => (-0.5 * x * x * x) + (2.5 * x * x) - (4 * x) + 2,
            Interpolation.Bicubic => 0,
            _ when x > radius => 0,
            _ => Sinc(x) * Sinc(x / radius),
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
