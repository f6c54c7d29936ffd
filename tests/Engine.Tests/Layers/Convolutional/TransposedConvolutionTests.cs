using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;

namespace ExperimentRunner.Engine.Tests.Layers.Convolutional;

public class TransposedConvolutionTests
{
    public static TheoryData<int, string, string, Channels> Settings
    {
        get
        {
            var settings = new TheoryData<int, string, string, Channels>();
            foreach (var rank in new[] { 1, 2, 3 })
            {
                foreach (var padding in new[] { "valid", "same" })
                {
                    foreach (var step in new[] { "every place", "strides", "output padding", "dilation" })
                    {
                        settings.Add(rank, padding, step, Channels.Last);
                        settings.Add(rank, padding, step, Channels.First);
                    }
                }
            }

            return settings;
        }
    }

    [Theory, MemberData(nameof(Settings))]
    public void ATransposedConvolutionIsWhatPlainLoopsSay(int rank, string padding, string step, Channels format)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var random = new Random((rank * 100) + seed);
            int[] sizes = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, rank == 3 ? 4 : 5))];
            int[] strides = [.. sizes.Select(_ => step is "strides" or "output padding" ? random.Next(1, 4) : 1)];
            int[] dilations = [.. sizes.Select(_ => step == "dilation" ? random.Next(1, 4) : 1)];
            int[]? added = step == "output padding" ? [.. strides.Select(stride => random.Next(0, stride))] : null;
            var input = Grid.Random(random, [2, .. sizes.Select(_ => (long)random.Next(3, 6)), 3]);
            var kernel = Grid.Random(random, [.. sizes.Select(size => (long)size), 2, 3]);
            var bias = Grid.Random(random, 2);

            var reference = new SlowConvolution(sizes, strides, dilations).RunTransposed(input, kernel, padding, added);
            SlowConvolution.Add(reference.Output, bias);
            Grid? gradient = null;
            var run = LayerRun.Of(Conv(rank, sizes, strides, dilations, padding, added, format), input, [kernel, bias], shape => gradient = Grid.Random(random, shape));

            LayerRun.AssertSame(reference.Output, run.Output);
            var (inputs, kernels) = reference.Backward(gradient!);
            LayerRun.AssertSame(inputs, run.InputGradient);
            LayerRun.AssertSame(kernels, run.WeightGradients[0]);
            LayerRun.AssertSame(SlowConvolution.Sum(gradient!), run.WeightGradients[1]);
        }
    }

    [Fact]
    public void LengthsAreKerass()
    {
        var layer = new Conv2DTranspose { Filters = 8, KernelSize = [3, 2], Strides = [2, 3] };

        Assert.Equal([null, 15, 21, 8], LayerRun.Infer(layer, 7, 7, 4));
        Assert.Equal([null, 14, null, 8], LayerRun.Infer(layer with { Padding = Padding.Same }, 7, null, 4));
        Assert.Equal([null, 14, 20, 8], LayerRun.Infer(layer with { Padding = Padding.Same, OutputPadding = [1, 2] }, 7, 7, 4));
        Assert.Equal([null, 8, 16, 22], LayerRun.Infer(layer with { OutputPadding = [1, 2], DataFormat = Channels.First }, 4, 7, 7));
    }

    [Fact]
    public void AnInputThatDoesNotFitIsTold()
    {
        var layer = new Conv1DTranspose { Filters = 8, KernelSize = [2], OutputPadding = [0], Padding = Padding.Same };

        Assert.Equal("expected 3 axes, but its input is [batch, 28]", LayerRun.Misfit(layer, 28));
        Assert.Equal("needs to know the number of channels, which is unknown in its input [batch, 28, ?]", LayerRun.Misfit(layer, 28, null));
        Assert.Equal("would put out nothing, for its input is [batch, 1, 2]", LayerRun.Misfit(layer, 1, 2));
    }

    private static Layer Conv(int rank, int[] sizes, int[] strides, int[] dilations, string padding, int[]? added, Channels format)
    {
        var borders = Enum.Parse<Padding>(padding, ignoreCase: true);
        return rank switch
        {
            1 => new Conv1DTranspose
            {
                Filters = 2, KernelSize = sizes, Strides = strides, DilationRate = dilations, Padding = borders, OutputPadding = added, DataFormat = format,
            },
            2 => new Conv2DTranspose
            {
                Filters = 2, KernelSize = sizes, Strides = strides, DilationRate = dilations, Padding = borders, OutputPadding = added, DataFormat = format,
            },
            _ => new Conv3DTranspose
            {
                Filters = 2, KernelSize = sizes, Strides = strides, DilationRate = dilations, Padding = borders, OutputPadding = added, DataFormat = format,
            },
        };
    }
}
