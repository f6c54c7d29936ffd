using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>A convolution with a kernel that is an argument, as the convolutional layers compute it.</summary>
internal abstract record ConvolutionOperation : Operation
{
    /// <summary>How far the window moves; one number is for all axes.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int> Strides { get; init; } = [1];

    /// <summary>What the window sees at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    /// <summary>The distance of the values that the window sees.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1];

    internal override string[] Parameters => ["inputs", "kernel"];

    /// <summary>The name of the argument that is the first kernel.</summary>
    private protected virtual string Kernel => "kernel";

    /// <summary>How many channels come out.</summary>
    private protected abstract long? ChannelsOut(Given<Spec> given, Spec kernel);

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (x, kernel) = (given.Tensor("inputs").NeedRank(3), Constants.SpecOf(given, Kernel));
        return kernel.Rank == x.Rank ? [new Spec(Window(kernel.Shape.Known()).Over(x, DataFormat, ChannelsOut(given, kernel)), x.Type)]
            : throw Misuse($"needs a kernel of {x.Rank} axes, not {kernel.Shape}");
    }

    /// <summary>The window of a kernel of this shape.</summary>
    private protected Window Window(long[] kernel)
    {
        var rank = kernel.Length - 2;
        return new Window([.. kernel.Take(rank).Select(length => (int)length)], this.PerAxis("strides", Strides, rank), this.PerAxis("dilation_rate", DilationRate, rank), (TimePadding)Padding);
    }
}

[KerasName("Conv"), KerasModule("nn")]
internal sealed record ConvOperation : ConvolutionOperation
{
    private protected override long? ChannelsOut(Given<Spec> given, Spec kernel) => kernel.Shape[-1];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var kernel = Constants.TensorOf(given, "kernel");
        return [new Convolver(Window(kernel.shape), DataFormat).Convolve(given.Tensor("inputs"), kernel, bias: null)];
    }
}

[KerasName("DepthwiseConv"), KerasModule("nn")]
internal sealed record DepthwiseConvOperation : ConvolutionOperation
{
    private protected override long? ChannelsOut(Given<Spec> given, Spec kernel) => kernel.Shape[-1] * kernel.Shape[-2];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var kernel = Constants.TensorOf(given, "kernel");
        return [new Convolver(Window(kernel.shape), DataFormat).ConvolveEach(given.Tensor("inputs"), kernel, bias: null)];
    }
}

[KerasName("SeparableConv"), KerasModule("nn")]
internal sealed record SeparableConvOperation : ConvolutionOperation
{
    internal override string[] Parameters => ["inputs", "depthwise_kernel", "pointwise_kernel"];

    private protected override string Kernel => "depthwise_kernel";

    private protected override long? ChannelsOut(Given<Spec> given, Spec kernel) => Constants.SpecOf(given, "pointwise_kernel").Shape[-1];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (depthwise, pointwise) = (Constants.TensorOf(given, "depthwise_kernel"), Constants.TensorOf(given, "pointwise_kernel"));
        var window = Window(depthwise.shape);
        var each = new Convolver(window, DataFormat).ConvolveEach(given.Tensor("inputs"), depthwise, bias: null);
        return [new Convolver(Layers.Window.Point(window.Rank), DataFormat).Convolve(each, pointwise, bias: null)];
    }
}

[KerasName("ConvTranspose"), KerasModule("nn")]
internal sealed record ConvTransposeOperation : ConvolutionOperation
{
    /// <summary>What is added to the output's lengths; null is what the strides ask for.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? OutputPadding { get; init; }

    private protected override long? ChannelsOut(Given<Spec> given, Spec kernel) => kernel.Shape[-2];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (x, kernel) = (given.Tensor("inputs").NeedRank(3), Constants.SpecOf(given, "kernel"));
        return kernel.Rank == x.Rank ? [new Spec(Transposed(kernel.Shape.Known()).Over(x, DataFormat, kernel.Shape.Known()[^2]), x.Type)]
            : throw Misuse($"needs a kernel of {x.Rank} axes, not {kernel.Shape}");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var kernel = Constants.TensorOf(given, "kernel");
        return [new TransposedConvolver(Transposed(kernel.shape), DataFormat).Convolve(given.Tensor("inputs"), kernel, bias: null)];
    }

    private TransposedWindow Transposed(long[] kernel)
    {
        var window = Window(kernel);
        return new TransposedWindow(window.Sizes, window.Strides, window.Dilations, Padding, OutputPadding is null ? null : this.PerAxis("output_padding", OutputPadding, window.Rank));
    }
}
