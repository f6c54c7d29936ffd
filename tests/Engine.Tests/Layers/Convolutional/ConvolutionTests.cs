using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;

namespace ExperimentRunner.Engine.Tests.Layers.Convolutional;

public class ConvolutionTests
{
    public static TheoryData<int, string, string, Channels> Settings
    {
        get
        {
            var settings = new TheoryData<int, string, string, Channels>();
            foreach (var rank in new[] { 1, 2, 3 })
            {
                foreach (var padding in rank == 1 ? new[] { "valid", "same", "causal" } : ["valid", "same"])
                {
                    foreach (var step in new[] { "every place", "strides", "dilation", "groups" })
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
    public void AConvolutionIsWhatPlainLoopsSay(int rank, string padding, string step, Channels format)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var random = new Random((rank * 100) + seed);
            var sizes = Numbers(random, rank, 1, rank == 3 ? 3 : 4);
            var strides = step == "strides" ? Numbers(random, rank, 1, 4) : Ones(rank);
            var dilations = step == "dilation" ? Numbers(random, rank, 1, 4) : Ones(rank);
            var groups = step == "groups" ? 2 : 1;
            var input = Grid.Random(random, [2, .. Numbers(random, rank, 7, rank == 3 ? 8 : 10).Select(length => (long)length), 4]);
            var kernel = Grid.Random(random, [.. sizes.Select(size => (long)size), 4 / groups, 6]);
            var bias = Grid.Random(random, 6);

            var slow = new SlowConvolution(sizes, strides, dilations);
            var reference = slow.Run(input, kernel, padding, groups);
            SlowConvolution.Add(reference.Output, bias);
            Grid? gradient = null;
            var run = LayerRun.Of(Conv(rank, sizes, strides, dilations, padding, format, groups), input, [kernel, bias], shape => gradient = Grid.Random(random, shape));

            LayerRun.AssertSame(reference.Output, run.Output);
            var (inputs, kernels) = reference.Backward(gradient!);
            LayerRun.AssertSame(inputs, run.InputGradient);
            LayerRun.AssertSame(kernels, run.WeightGradients[0]);
            LayerRun.AssertSame(SlowConvolution.Sum(gradient!), run.WeightGradients[1]);
        }
    }

    [Fact]
    public void ActivationComesAfterTheBias()
    {
        var layer = new Conv1D { Filters = 2, KernelSize = [1], Activation = new Relu() };
        var (input, kernel, bias) = (new Grid(1, 1, 1), new Grid(1, 1, 2), new Grid(2));
        (input[0, 0, 0], kernel[0, 0, 0], kernel[0, 0, 1], bias[0], bias[1]) = (1, 2, 3, -1, -4);

        var run = LayerRun.Of(layer, input, [kernel, bias], shape => Grid.Random(new Random(1), shape));

        Assert.Equal([1, 0], run.Output.Values);
    }

    [Fact]
    public void UnknownLengthsStayUnknown()
    {
        var layer = new Conv2D { Filters = 8, KernelSize = [3, 3], Strides = [2, 1] };

        Assert.Equal([null, null, 26, 8], LayerRun.Infer(layer, null, 28, 1));
        Assert.Equal([null, 8, null, 26], LayerRun.Infer(layer with { DataFormat = Channels.First }, 1, null, 28));
    }

    [Fact]
    public void AnInputThatDoesNotFitIsTold()
    {
        var layer = new Conv2D { Filters = 8, KernelSize = [3, 3], DilationRate = [1, 2], Groups = 2 };

        Assert.Equal("expected 4 axes, but its input is [batch, 28, 28]", LayerRun.Misfit(layer, 28, 28));
        Assert.Equal("needs an input of at least 3×5, but its input is [batch, 28, 4, 2]", LayerRun.Misfit(layer, 28, 4, 2));
        Assert.Equal("needs to know the number of channels, which is unknown in its input [batch, 28, 28, ?]", LayerRun.Misfit(layer, 28, 28, null));
        Assert.Equal("cannot split the channels into 2 groups, for its input is [batch, 28, 28, 3]", LayerRun.Misfit(layer, 28, 28, 3));
    }

    [Theory]
    [InlineData("""{"Conv2D": {"filters": 6, "kernel_size": 3, "groups": 4}}""", "6 filters cannot be split into 4 groups.")]
    [InlineData("""{"Conv2D": {"filters": 6, "kernel_size": 3, "strides": 2, "dilation_rate": [1, 2]}}""", "'dilation_rate' and 'strides' are both above 1.")]
    [InlineData("""{"Conv2D": {"filters": 6, "kernel_size": [3, 3, 3]}}""", "kernel_size has 3 items.")]
    [InlineData("""{"Conv2D": {"filters": 6, "kernel_size": 0}}""", "kernel_size is 0, which is out of range.")]
    [InlineData("""{"Conv2D": {"filters": 6, "kernel_size": 3, "padding": "causal"}}""", "padding cannot be 'causal'.")]
    [InlineData("""{"Conv2DTranspose": {"filters": 6, "kernel_size": 3, "strides": [2, 1], "output_padding": 1}}""", "'output_padding' is not below 'strides'.")]
    [InlineData("""{"LocallyConnected1D": {"filters": 6, "kernel_size": 3, "padding": "same"}}""", "'padding' is 'same' with implementation 1.")]
    public void OptionsThatDoNotGoTogetherAreTold(string written, string problem)
    {
        var mistakes = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse(written)));

        Assert.Contains(problem, mistakes.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NullIsKerassDefault()
    {
        var layer = (Conv1D)Reading.Read<Layer>(JsonNodes.Parse(
            """{"Convolution1D": {"filters": 6, "kernel_size": [3], "data_format": null, "padding": "SAME", "activation": null, "kernel_regularizer": null}}"""));

        Assert.Equal((Channels.Last, TimePadding.Same, Activation.Linear), (layer.DataFormat, layer.Padding, layer.Activation));
    }

    private static Layer Conv(int rank, int[] sizes, int[] strides, int[] dilations, string padding, Channels format, int groups) => rank switch
    {
        1 => new Conv1D
        {
            Filters = 6, KernelSize = sizes, Strides = strides, DilationRate = dilations, DataFormat = format, Groups = groups,
            Padding = Enum.Parse<TimePadding>(padding, ignoreCase: true),
        },
        2 => new Conv2D
        {
            Filters = 6, KernelSize = sizes, Strides = strides, DilationRate = dilations, DataFormat = format, Groups = groups,
            Padding = Enum.Parse<Padding>(padding, ignoreCase: true),
        },
        _ => new Conv3D
        {
            Filters = 6, KernelSize = sizes, Strides = strides, DilationRate = dilations, DataFormat = format, Groups = groups,
            Padding = Enum.Parse<Padding>(padding, ignoreCase: true),
        },
    };

    private static int[] Ones(int rank) => [.. Enumerable.Repeat(1, rank)];

    private static int[] Numbers(Random random, int rank, int least, int below) => [.. Enumerable.Range(0, rank).Select(_ => random.Next(least, below))];
}
