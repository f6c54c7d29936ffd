using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>
/// A fully connected layer that computes with a kernel of −1, 0 and 1: <c>y = activation(scale · x·ternary(kernel) + bias)</c>, while
/// gradients move the kernel as if it had been used itself.
/// </summary>
/// <remarks>
/// Shape: <c>[batch, …, features]</c> becomes <c>[batch, …, units]</c>.
/// Weights: <c>kernel [features, units]</c>, <c>bias [units]</c>.
/// An element is its sign where its size is above the threshold, else 0. Without <c>threshold</c> that is half the mean size, and
/// <c>scale</c> is the mean size; with one, <c>scale</c> is 1.
/// Errors: an input of rank 1 is refused, because it has no feature axis.
/// Source: Keras 3, <c>keras.layers.TernaryDense</c>.
/// </remarks>
/// <example>TernaryDense: { units: 32, activation: relu }</example>
[KerasName("TernaryDense")]
public sealed record TernaryDense : UnaryLayer
{
    /// <summary>Length of the output's last axis.</summary>
    [AtLeast(1)]
    public required int Units { get; init; }

    /// <summary>The size above which an element of the kernel counts; null is half the mean size.</summary>
    [AtLeast(0)]
    public double? Threshold { get; init; }

    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Whether a learned offset is added before the activation.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Makes the start values of the kernel.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the kernel.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the bias obeys after every step.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedRank(2).NeedAxis(-1, "the number of features");
        return new Spec(Activation.OutputShape(input.Shape.WithLast(Units)));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(
        this,
        context.Weight("kernel", [input.Shape.Last!.Value, Units], KernelInitializer, KernelRegularizer, KernelConstraint),
        UseBias ? context.Weight("bias", [Units], BiasInitializer, BiasRegularizer, BiasConstraint) : null);

    private sealed class Module : UnaryModule
    {
        private readonly TernaryDense _layer;
        private readonly Weight _kernel;
        private readonly Weight? _bias;

        internal Module(TernaryDense layer, Weight kernel, Weight? bias)
        {
            _layer = layer;
            _kernel = Own(kernel);
            _bias = bias is null ? null : Own(bias);
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var kernel = Ternary(_kernel.Value);
            var y = onnx.Add("MatMul", [onnx.Float(x), onnx.Constant(_kernel.Path, _layer.Threshold is null ? kernel * _kernel.Value.abs().mean() : kernel)]);
            return onnx.Activate(_layer.Activation, _bias is null ? y : onnx.Plus(y, onnx.Weight(_bias)), x.Spec.Shape.WithLast(_kernel.Shape[^1]));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var kernel = _kernel.Value;
            var y = call.Cast(x).matmul(call.Cast(Ternary(kernel))); // [batch, …, units]
            y = _layer.Threshold is null ? y * call.Cast(kernel.abs().mean()) : y;
            return call.Activate(_layer.Activation, _bias is null ? y : y + call.Cast(_bias.Value));
        }

        private Tensor Ternary(Tensor kernel)
        {
            var values = kernel.detach();
            var size = values.abs();
            var above = _layer.Threshold is { } limit ? size.gt(limit) : size.gt(size.mean() * 0.5);
            return kernel + ((values.sign() * above) - values); // its value is ternary, its gradient the kernel's own
        }
    }
}
