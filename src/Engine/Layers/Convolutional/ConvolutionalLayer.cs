using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What all convolutions have: a bias and an activation after the kernels.</summary>
public abstract record ConvolutionalLayer : SpatialLayer
{
    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Whether a learned offset is added before the activation.</summary>
    [OldName("bias")]
    public bool UseBias { get; init; } = true;

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the bias.</summary>
    [OldName("b_regularizer")]
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the bias obeys after every step.</summary>
    [OldName("b_constraint")]
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <summary>The number of channels of the input.</summary>
    /// <exception cref="ShapeException">It is unknown.</exception>
    private protected long NeedChannels(Spec input) => input.NeedAxis(Space.ChannelAxis(DataFormat), "the number of channels");

    /// <summary>The bias, if there is one.</summary>
    private protected Weight? Bias(long channels, BuildContext context) => Bias([channels], context);

    /// <summary>The bias, if there is one.</summary>
    private protected Weight? Bias(long[] shape, BuildContext context) =>
        UseBias ? context.Weight("bias", shape, BiasInitializer, BiasRegularizer, BiasConstraint) : null;
}

/// <summary>The module of a convolution.</summary>
internal abstract class ConvolutionalModule : UnaryModule
{
    private readonly Activation _activation;
    private readonly Channels? _format;
    private readonly Weight[] _kernels;
    private readonly Weight? _bias;

    private protected ConvolutionalModule(ConvolutionalLayer layer, Weight[] kernels, Weight? bias)
    {
        (_activation, _format) = (layer.Activation, layer.DataFormat);
        _kernels = Array.ConvertAll(kernels, Own);
        _bias = bias is null ? null : Own(bias);
    }

    /// <inheritdoc/>
    internal sealed override bool CanLeaveRest => OutputPenalty is null && _activation is Linear or Relu { MaxValue: null, NegativeSlope: 0, Threshold: 0 };

    /// <summary>Computes the output before the activation.</summary>
    protected abstract Tensor Convolve(Tensor x, Tensor[] kernels, Tensor? bias);

    /// <summary>Computes the greatest of each window of the output; null where that is better done after the output.</summary>
    private protected virtual Tensor? ConvolveAndPool(Tensor x, Tensor[] kernels, Window pooling) => null;

    /// <summary>Says the convolution in ONNX, channels before space.</summary>
    private protected virtual string ConvolveOnnx(OnnxGraph onnx, OnnxValue x, Weight[] kernels, Weight? bias) => base.WriteOnnx(onnx, x).Name;

    /// <inheritdoc/>
    internal sealed override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var y = ConvolveOnnx(onnx, x with { Name = onnx.Float(x) }, _kernels, _bias);
        return onnx.Activate(_activation, OnnxSpace.Out(onnx, y, _format, x.Spec.Rank - 2), x.Spec.Shape.With(Space.ChannelAxis(_format), null));
    }

    protected sealed override Tensor Compute(Tensor x, Tensor? mask, Call call)
    {
        var bias = _bias is null ? null : call.Cast(_bias.Value);
        var kernels = Array.ConvertAll(_kernels, kernel => call.Cast(kernel.Value));
        var input = call.Cast(x);
        if (call.LeavesTo is not { } pooling)
        {
            return call.Activate(_activation, Convolve(input, kernels, bias));
        }

        var pooled = ConvolveAndPool(input, kernels, pooling);
        return call.Leave(pooled ?? Convolve(input, kernels, null), new LeftRest(bias, _activation, pooled is not null));
    }
}
