using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The first of two inputs less the second, element by element.</summary>
/// <remarks>
/// Shape: the inputs', which must be one; axes of length 1 are stretched.
/// Errors: more or fewer than two inputs, and inputs that do not fit each other, are refused.
/// Source: Keras 3, <c>keras.layers.Subtract</c>.
/// </remarks>
/// <example>Subtract: { from: [left, right] }</example>
[KerasName("Subtract")]
public sealed record Subtract : ElementwiseMerge
{
    /// <inheritdoc/>
    private protected override Shape OutputShape(IReadOnlyList<Spec> inputs) => inputs.Count == 2 ? base.OutputShape(inputs)
        : throw new ShapeException($"takes two inputs, but was given {inputs.Count}");

    /// <inheritdoc/>
    private protected override Tensor MergeAlike(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) => inputs[0] - inputs[1];

    /// <inheritdoc/>
    private protected override string MergeOnnx(OnnxGraph onnx, string one, string other) => onnx.Add("Sub", [one, other]);
}
