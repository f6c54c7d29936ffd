using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>An activation of old models that learns its form: <c>alpha · ln(1 + e^(beta · x))</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>alphas</c> and <c>betas</c>, of the input's shape without the batch, and of length 1 along <c>shared_axes</c>.
/// Errors: axes that are not shared must be known.
/// Source: Keras 1, <c>keras.layers.ParametricSoftplus</c>.
/// </remarks>
/// <example>ParametricSoftplus: { alpha_init: 0.2, beta_init: 5.0 }</example>
[KerasName("ParametricSoftplus")]
public sealed record ParametricSoftplus : UnaryLayer
{
    /// <summary>The start value of <c>alphas</c>.</summary>
    [KerasName("alpha_init")]
    public double AlphaInitializer { get; init; } = 0.2;

    /// <summary>The start value of <c>betas</c>.</summary>
    [KerasName("beta_init")]
    public double BetaInitializer { get; init; } = 5;

    /// <summary>The axes along which one form serves all, counted from the batch, which is 0; null is none.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? SharedAxes { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        LearnedShape.Of(input, SharedAxes);
        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var shape = LearnedShape.Of(input, SharedAxes);
        return new Module(
            context.Weight("alphas", shape, new Constant { Value = [AlphaInitializer] }), context.Weight("betas", shape, new Constant { Value = [BetaInitializer] }));
    }

    private sealed class Module : UnaryModule
    {
        private readonly Weight _alphas;
        private readonly Weight _betas;

        internal Module(Weight alphas, Weight betas) => (_alphas, _betas) = (Own(alphas), Own(betas));

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) =>
            onnx.Times(onnx.Add("Softplus", [onnx.Times(onnx.Float(x), onnx.Weight(_betas))]), onnx.Weight(_alphas));

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call) =>
            nn.functional.softplus(call.Cast(x) * call.Cast(_betas.Value), 1, 20) * call.Cast(_alphas.Value);
    }
}
