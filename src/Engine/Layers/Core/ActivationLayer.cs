using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>Applies an activation: the layer <c>Activation</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.Activation</c>.
/// </remarks>
/// <example>Activation: { activation: tanh }</example>
[KerasName("Activation")]
public sealed record ActivationLayer : UnaryLayer
{
    /// <summary>What is applied.</summary>
    public required Activation Activation { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => input.With(Activation.OutputShape(input.Shape));

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule(
        (x, call) => call.Activate(Activation, x),
        (onnx, x) => onnx.Activate(Activation, x.Name, x.Spec.Shape));
}
