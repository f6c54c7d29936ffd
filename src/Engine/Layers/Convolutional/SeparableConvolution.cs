using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What SeparableConv1D and SeparableConv2D share: everything but the number of axes.</summary>
public abstract record SeparableConvolution : ConvolutionalLayer
{
    /// <summary>How many channels come out.</summary>
    [AtLeast(1)]
    [OldName("nb_filter")]
    public required int Filters { get; init; }

    /// <summary>How many filters each channel has in the first part.</summary>
    [AtLeast(1)]
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>Makes the start values of the first part's kernel.</summary>
    [OldName("init")]
    public Initializer DepthwiseInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the second part's kernel.</summary>
    [OldName("init")]
    public Initializer PointwiseInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the first part's kernel.</summary>
    public Regularizer? DepthwiseRegularizer { get; init; }

    /// <summary>Penalty on the second part's kernel.</summary>
    public Regularizer? PointwiseRegularizer { get; init; }

    /// <summary>Rule that the first part's kernel obeys after every step.</summary>
    public Constraint? DepthwiseConstraint { get; init; }

    /// <summary>Rule that the second part's kernel obeys after every step.</summary>
    public Constraint? PointwiseConstraint { get; init; }

    /// <summary>The window that moves over the input.</summary>
    private protected abstract Window Window { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        NeedChannels(input.NeedExactRank(Window.Rank + 2));
        return new Spec(Activation.OutputShape(Window.Over(input, DataFormat, Filters)));
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var channels = NeedChannels(input);
        long[] first = [.. Window.Sizes, channels, DepthMultiplier];
        long[] second = [.. Window.Sizes.Select(_ => 1L), channels * DepthMultiplier, Filters];
        var depthwise = context.Weight("depthwise_kernel", first, DepthwiseInitializer, DepthwiseRegularizer, DepthwiseConstraint);
        var pointwise = context.Weight("pointwise_kernel", second, PointwiseInitializer, PointwiseRegularizer, PointwiseConstraint);
        return new Module(this, depthwise, pointwise, Bias(Filters, context));
    }

    private sealed class Module(SeparableConvolution layer, Weight depthwise, Weight pointwise, Weight? bias)
        : ConvolutionalModule(layer, [depthwise, pointwise], bias)
    {
        private readonly Convolver _first = new(layer.Window, layer.DataFormat);
        private readonly Convolver _second = new(Window.Point(layer.Window.Rank), layer.DataFormat);

        protected override Tensor Convolve(Tensor x, Tensor[] kernels, Tensor? bias) =>
            _second.Convolve(_first.ConvolveEach(x, kernels[0], bias: null), kernels[1], bias);

        private protected override string ConvolveOnnx(OnnxGraph onnx, OnnxValue x, Weight[] kernels, Weight? bias)
        {
            var (format, rank) = (layer.DataFormat, layer.Window.Rank);
            var each = OnnxSpace.Out(onnx, _first.WriteEachOnnx(onnx, x, kernels[0].Path, kernels[0].Value, bias: null), format, rank);
            var between = layer.Window.Over(x.Spec, format, kernels[1].Shape[^2]);
            return _second.WriteOnnx(onnx, new OnnxValue(each, new Spec(between)), kernels[1].Path, kernels[1].Value, bias);
        }
    }
}
