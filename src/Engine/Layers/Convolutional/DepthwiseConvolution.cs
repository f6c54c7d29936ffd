using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What DepthwiseConv1D and DepthwiseConv2D share: everything but the number of axes.</summary>
public abstract record DepthwiseConvolution : ConvolutionalLayer
{
    /// <summary>How many filters each channel has.</summary>
    [AtLeast(1)]
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>Makes the start values of the kernel.</summary>
    public Initializer DepthwiseInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the kernel.</summary>
    public Regularizer? DepthwiseRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    public Constraint? DepthwiseConstraint { get; init; }

    /// <summary>The window that moves over the input.</summary>
    private protected abstract Window Window { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var channels = NeedChannels(input.NeedExactRank(Window.Rank + 2)) * DepthMultiplier;
        return new Spec(Activation.OutputShape(Window.Over(input, DataFormat, channels)));
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var channels = NeedChannels(input);
        var shape = (long[])[.. Window.Sizes, channels, DepthMultiplier];
        var kernel = context.Weight("kernel", shape, DepthwiseInitializer, DepthwiseRegularizer, DepthwiseConstraint);
        return new Module(this, kernel, Bias(channels * DepthMultiplier, context));
    }

    private sealed class Module(DepthwiseConvolution layer, Weight kernel, Weight? bias) : ConvolutionalModule(layer, [kernel], bias)
    {
        private readonly Convolver _convolver = new(layer.Window, layer.DataFormat);

        protected override Tensor Convolve(Tensor x, Tensor[] kernels, Tensor? bias) => _convolver.ConvolveEach(x, kernels[0], bias);

        private protected override string ConvolveOnnx(OnnxGraph onnx, OnnxValue x, Weight[] kernels, Weight? bias) =>
            _convolver.WriteEachOnnx(onnx, x, kernels[0].Path, kernels[0].Value, bias);
    }
}
