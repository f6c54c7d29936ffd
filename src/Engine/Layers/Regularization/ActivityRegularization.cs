using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>Passes its input on, and adds a penalty on it to the loss.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.ActivityRegularization</c>.
/// </remarks>
/// <example>ActivityRegularization: { l2: 0.01 }</example>
[KerasName("ActivityRegularization")]
public sealed record ActivityRegularization : UnaryLayer
{
    /// <summary>How strong the penalty on absolute values is.</summary>
    [AtLeast(0)]
    public double L1 { get; init; }

    /// <summary>How strong the penalty on squares is.</summary>
    [AtLeast(0)]
    public double L2 { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => L1 == 0 && L2 == 0 ? null : new L1L2 { L1 = L1, L2 = L2 };

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => new(input.Shape);

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, call) => call.Cast(x), (onnx, x) => onnx.Float(x));
}
