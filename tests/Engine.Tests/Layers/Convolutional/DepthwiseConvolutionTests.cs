using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;

namespace ExperimentRunner.Engine.Tests.Layers.Convolutional;

public class DepthwiseConvolutionTests
{
    [Theory]
    [InlineData(1, Padding.Valid, Channels.Last)]
    [InlineData(1, Padding.Same, Channels.First)]
    [InlineData(2, Padding.Valid, Channels.First)]
    [InlineData(2, Padding.Same, Channels.Last)]
    [InlineData(2, Padding.Same, Channels.First)]
    public void EveryChannelHasFiltersOfItsOwn(int rank, Padding padding, Channels format)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var (sizes, strides, dilations, input) = Drawn(random, rank, seed);
            var kernel = Grid.Random(random, [.. sizes.Select(size => (long)size), 3, 2]);
            var bias = Grid.Random(random, 6);

            var slow = new SlowConvolution(sizes, strides, dilations);
            var reference = slow.Run(input, Flattened(kernel), padding == Padding.Same ? "same" : "valid", groups: 3);
            SlowConvolution.Add(reference.Output, bias);
            Grid? gradient = null;
            Layer layer = rank == 1
                ? new DepthwiseConv1D { KernelSize = sizes, Strides = strides, DilationRate = dilations, Padding = padding, DepthMultiplier = 2, DataFormat = format }
                : new DepthwiseConv2D { KernelSize = sizes, Strides = strides, DilationRate = dilations, Padding = padding, DepthMultiplier = 2, DataFormat = format };
            var run = LayerRun.Of(layer, input, [kernel, bias], shape => gradient = Grid.Random(random, shape));

            LayerRun.AssertSame(reference.Output, run.Output);
            var (inputs, kernels) = reference.Backward(gradient!);
            LayerRun.AssertSame(inputs, run.InputGradient);
            Assert.Equal(kernel.Shape, run.WeightGradients[0].Shape);
            LayerRun.AssertSame(kernels, Flattened(run.WeightGradients[0]));
        }
    }

    [Theory]
    [InlineData(1, "valid", Channels.Last)]
    [InlineData(1, "same", Channels.First)]
    [InlineData(1, "causal", Channels.Last)]
    [InlineData(2, "valid", Channels.First)]
    [InlineData(2, "same", Channels.Last)]
    public void ASeparableConvolutionMixesTheChannelsAfterwards(int rank, string padding, Channels format)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var (sizes, strides, dilations, input) = Drawn(random, rank, seed);
            var depthwise = Grid.Random(random, [.. sizes.Select(size => (long)size), 3, 2]);
            var pointwise = Grid.Random(random, [.. sizes.Select(_ => 1L), 6, 4]);
            var bias = Grid.Random(random, 4);

            var first = new SlowConvolution(sizes, strides, dilations).Run(input, Flattened(depthwise), padding, groups: 3);
            int[] ones = [.. sizes.Select(_ => 1)];
            var second = new SlowConvolution(ones, ones, ones).Run(first.Output, pointwise, "valid", groups: 1);
            SlowConvolution.Add(second.Output, bias);
            Grid? gradient = null;
            Layer layer = rank == 1
                ? new SeparableConv1D
                {
                    Filters = 4, KernelSize = sizes, Strides = strides, DilationRate = dilations, DepthMultiplier = 2, DataFormat = format,
                    Padding = Enum.Parse<TimePadding>(padding, ignoreCase: true),
                }
                : new SeparableConv2D
                {
                    Filters = 4, KernelSize = sizes, Strides = strides, DilationRate = dilations, DepthMultiplier = 2, DataFormat = format,
                    Padding = Enum.Parse<Padding>(padding, ignoreCase: true),
                };
            var run = LayerRun.Of(layer, input, [depthwise, pointwise, bias], shape => gradient = Grid.Random(random, shape));

            LayerRun.AssertSame(second.Output, run.Output);
            var (between, pointwises) = second.Backward(gradient!);
            var (inputs, depthwises) = first.Backward(between);
            LayerRun.AssertSame(inputs, run.InputGradient);
            LayerRun.AssertSame(depthwises, Flattened(run.WeightGradients[0]));
            LayerRun.AssertSame(pointwises, run.WeightGradients[1]);
        }
    }

    /// <summary>A window with strides or dilation, in turns, and an input.</summary>
    private static (int[] Sizes, int[] Strides, int[] Dilations, Grid Input) Drawn(Random random, int rank, int seed)
    {
        int[] sizes = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 4))];
        int[] ones = [.. sizes.Select(_ => 1)];
        int[] more = [.. sizes.Select(_ => random.Next(1, 4))];
        var input = Grid.Random(random, [2, .. sizes.Select(_ => (long)random.Next(7, 10)), 3]);
        return seed % 2 == 0 ? (sizes, more, ones, input) : (sizes, ones, more, input);
    }

    /// <summary>The same values as a kernel of groups: channels and their filters as one axis.</summary>
    private static Grid Flattened(Grid kernel)
    {
        var flat = new Grid([.. kernel.Shape[..^2], 1, kernel.Shape[^2] * kernel.Shape[^1]]);
        kernel.Values.CopyTo(flat.Values, 0);
        return flat;
    }
}
