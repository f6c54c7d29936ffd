using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>A rectified linear unit that learns its slope below 0: <c>x</c> above 0, <c>alpha · x</c> below.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>alpha</c>, of the input's shape without the batch, and of length 1 along <c>shared_axes</c>.
/// Errors: axes that are not shared must be known.
/// Source: Keras 3, <c>keras.layers.PReLU</c>; He et al. (2015).
/// </remarks>
/// <example>PReLU: { shared_axes: [1, 2] }</example>
[KerasName("PReLU")]
public sealed record PReLU : UnaryLayer
{
    /// <summary>Makes the start values of the slopes.</summary>
    [OldName("init")]
    public Initializer AlphaInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the slopes.</summary>
    public Regularizer? AlphaRegularizer { get; init; }

    /// <summary>Rule that the slopes obey after every step.</summary>
    public Constraint? AlphaConstraint { get; init; }

    /// <summary>The axes along which one slope serves all, counted from the batch, which is 0; null is none.</summary>
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
    protected override UnaryModule Build(Spec input, BuildContext context) =>
        new Module(context.Weight("alpha", LearnedShape.Of(input, SharedAxes), AlphaInitializer, AlphaRegularizer, AlphaConstraint));

    private sealed class Module : UnaryModule
    {
        private readonly Weight _alpha;

        internal Module(Weight alpha) => _alpha = Own(alpha);

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) => onnx.Add("PRelu", [onnx.Float(x), onnx.Weight(_alpha)]);

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            x = call.Cast(x);
            return nn.functional.relu(x) - (call.Cast(_alpha.Value) * nn.functional.relu(-x));
        }
    }
}
