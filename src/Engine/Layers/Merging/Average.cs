using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The mean of its inputs, element by element.</summary>
/// <remarks>
/// Shape: the inputs', which must be one; axes of length 1 are stretched.
/// Errors: inputs that do not fit each other are refused.
/// Source: Keras 3, <c>keras.layers.Average</c>.
/// </remarks>
/// <example>Average: { from: [left, right] }</example>
[KerasName("Average")]
public sealed record Average : ElementwiseMerge
{
    /// <inheritdoc/>
    private protected override Tensor MergeAlike(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) => Add.Sum(inputs) / inputs.Count;

    /// <inheritdoc/>
    private protected override string MergeOnnx(OnnxGraph onnx, string one, string other) => onnx.Add("Add", [one, other]);

    /// <inheritdoc/>
    private protected override string FinishOnnx(OnnxGraph onnx, string merged, int count) => onnx.Times(merged, 1.0 / count);
}
