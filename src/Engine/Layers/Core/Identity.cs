using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>Passes its input on as it is.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.Identity</c>.
/// </remarks>
/// <example>Identity</example>
[KerasName("Identity")]
public sealed record Identity : UnaryLayer
{
    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => input;

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, _) => x, (_, x) => x.Name);
}
