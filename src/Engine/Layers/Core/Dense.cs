using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>A fully connected layer: <c>y = activation(x·kernel + bias)</c> over the last axis.</summary>
/// <remarks>
/// Shape: <c>[batch, …, features]</c> becomes <c>[batch, …, units]</c>.
/// Weights: <c>kernel [features, units]</c>, <c>bias [units]</c>, as Keras saves them.
/// Errors: an input of rank 1 is refused, because it has no feature axis.
/// Source: Keras 3, <c>keras.layers.Dense</c>. Start weights: Glorot and Bengio (2010), eq. 16.
/// </remarks>
/// <example>Dense: { units: 128, activation: relu }</example>
[KerasName("Dense", "TimeDistributedDense")]
[RefusedOption("lora_rank", "low-rank adaptation is not supported")]
[RefusedOption("lora_alpha", "low-rank adaptation is not supported")]
[RefusedOption("quantization_config", "quantized layers are not supported")]
public sealed record Dense : UnaryLayer
{
    /// <summary>Length of the output's last axis.</summary>
    [AtLeast(1)]
    [OldName("output_dim")]
    public required int Units { get; init; }

    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Whether a learned offset is added before the activation.</summary>
    [OldName("bias")]
    public bool UseBias { get; init; } = true;

    /// <summary>Makes the start values of the kernel.</summary>
    [OldName("init")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the kernel.</summary>
    [OldName("W_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the bias.</summary>
    [OldName("b_regularizer")]
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    [OldName("W_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the bias obeys after every step.</summary>
    [OldName("b_constraint")]
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
        Activation,
        context.Weight("kernel", [input.Shape.Last!.Value, Units], KernelInitializer, KernelRegularizer, KernelConstraint),
        UseBias ? context.Weight("bias", [Units], BiasInitializer, BiasRegularizer, BiasConstraint) : null);

    private sealed class Module : UnaryModule
    {
        private readonly Activation _activation;
        private readonly Weight _kernel;
        private readonly Weight? _bias;

        internal Module(Activation activation, Weight kernel, Weight? bias)
        {
            _activation = activation;
            _kernel = Own(kernel);
            _bias = bias is null ? null : Own(bias);
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var (input, kernel) = (onnx.Float(x), onnx.Weight(_kernel));
            var y = _bias is null ? onnx.Add("MatMul", [input, kernel])
                : x.Spec.Rank == 2 ? onnx.Add("Gemm", [input, kernel, onnx.Weight(_bias)])
                : onnx.Plus(onnx.Add("MatMul", [input, kernel]), onnx.Weight(_bias));
            return onnx.Activate(_activation, y, x.Spec.Shape.WithLast(_kernel.Shape[^1]));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var kernel = call.Cast(_kernel.Value);
            var y = _bias is null ? call.Cast(x).matmul(kernel)
                : x.dim() == 2 ? addmm(call.Cast(_bias.Value), call.Cast(x), kernel, 1, 1)
                : call.Cast(x).matmul(kernel).add_(call.Cast(_bias.Value)); // [batch, …, units]
            return call.Activate(_activation, y);
        }
    }
}
