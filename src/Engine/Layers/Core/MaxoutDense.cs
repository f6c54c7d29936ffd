using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>A layer of old models: several fully connected layers side by side, and of each output the greatest.</summary>
/// <remarks>
/// Shape: <c>[batch, features]</c> becomes <c>[batch, output_dim]</c>.
/// Weights: <c>W [nb_feature, features, output_dim]</c>, <c>b [nb_feature, output_dim]</c>.
/// Errors: an input of another rank than 2.
/// Source: Keras 1, <c>keras.layers.MaxoutDense</c>; Goodfellow et al. (2013).
/// </remarks>
/// <example>MaxoutDense: { output_dim: 16, nb_feature: 4 }</example>
[KerasName("MaxoutDense")]
[IgnoredOption("input_dim")]
[RefusedOption("weights", "weights come from files")]
public sealed record MaxoutDense : UnaryLayer
{
    /// <summary>Length of the output's last axis.</summary>
    [KerasName("output_dim", "units"), AtLeast(1)]
    public required int Units { get; init; }

    /// <summary>How many layers stand side by side.</summary>
    [KerasName("nb_feature"), AtLeast(1)]
    public int Pieces { get; init; } = 4;

    /// <summary>Makes the start values of the kernels.</summary>
    [KerasName("init", "kernel_initializer")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the kernels.</summary>
    [KerasName("W_regularizer", "kernel_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the offsets.</summary>
    [KerasName("b_regularizer", "bias_regularizer")]
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the kernels obey after every step.</summary>
    [KerasName("W_constraint", "kernel_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the offsets obey after every step.</summary>
    [KerasName("b_constraint", "bias_constraint")]
    public Constraint? BiasConstraint { get; init; }

    /// <summary>Whether there are learned offsets.</summary>
    [KerasName("bias", "use_bias")]
    public bool UseBias { get; init; } = true;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedExactRank(2).NeedAxis(-1, "the number of features");
        return new Spec(input.Shape.WithLast(Units));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(
        context.Weight("W", [Pieces, input.Shape.Last!.Value, Units], KernelInitializer, KernelRegularizer, KernelConstraint),
        UseBias ? context.Weight("b", [Pieces, Units], new Zeros(), BiasRegularizer, BiasConstraint) : null);

    private sealed class Module : UnaryModule
    {
        private readonly Weight _kernel;
        private readonly Weight? _bias;

        internal Module(Weight kernel, Weight? bias)
        {
            _kernel = Own(kernel);
            _bias = bias is null ? null : Own(bias);
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var y = onnx.Add("MatMul", [onnx.Float(x), onnx.Weight(_kernel)]);
            y = _bias is null ? y : onnx.Plus(y, onnx.Constant(_bias.Path, _bias.Value.unsqueeze(1)));
            return onnx.Add("ReduceMax", [y], ("axes", (long[])[0]), ("keepdims", 0L));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var y = call.Cast(x).matmul(call.Cast(_kernel.Value)); // [pieces, batch, units]
            return (_bias is null ? y : y + call.Cast(_bias.Value).unsqueeze(1)).amax([0]);
        }
    }
}
