using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The greatest of its inputs, element by element.</summary>
/// <remarks>
/// Shape: the inputs', which must be one; axes of length 1 are stretched.
/// Masks: a value that does not count is no candidate.
/// Errors: inputs that do not fit each other are refused.
/// Source: Keras 3, <c>keras.layers.Maximum</c>.
/// </remarks>
/// <example>Maximum: { from: [left, right] }</example>
[KerasName("Maximum")]
public sealed record Maximum : ElementwiseMerge
{
    /// <inheritdoc/>
    private protected override Tensor MergeAlike(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) =>
        MergeCounting(inputs, masks, (one, other) => one.maximum(other));

    /// <inheritdoc/>
    private protected override string MergeOnnx(OnnxGraph onnx, string one, string other) => onnx.Add("Max", [one, other]);
}
