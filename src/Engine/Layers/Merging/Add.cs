using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The sum of its inputs, element by element.</summary>
/// <remarks>
/// Shape: the inputs', which must be one; axes of length 1 are stretched.
/// Errors: inputs that do not fit each other are refused.
/// Source: Keras 3, <c>keras.layers.Add</c>.
/// </remarks>
/// <example>Add: { from: [input, main] }</example>
[KerasName("Add")]
public sealed record Add : ElementwiseMerge
{
    /// <inheritdoc/>
    private protected override Tensor MergeAlike(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) => Sum(inputs);

    /// <summary>The sum of tensors.</summary>
    internal static Tensor Sum(IReadOnlyList<Tensor> inputs) => inputs.Aggregate((one, other) => one.add(other));

    /// <inheritdoc/>
    private protected override string MergeOnnx(OnnxGraph onnx, string one, string other) => onnx.Add("Add", [one, other]);
}
