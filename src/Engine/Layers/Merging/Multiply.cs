using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The product of its inputs, element by element.</summary>
/// <remarks>
/// Shape: the inputs', which must be one; axes of length 1 are stretched.
/// Masks: a value that does not count is no factor; where none counts the product is 0.
/// Errors: inputs that do not fit each other are refused.
/// Source: Keras 3, <c>keras.layers.Multiply</c>.
/// </remarks>
/// <example>Multiply: { from: [left, right] }</example>
[KerasName("Multiply")]
public sealed record Multiply : ElementwiseMerge
{
    /// <inheritdoc/>
    private protected override Tensor MergeAlike(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        var product = inputs
            .Zip(masks, (x, mask) => mask is null ? x : x.masked_fill(Mask.Over(mask, x).logical_not(), 1))
            .Aggregate((one, other) => one * other);
        return MergeMasks(inputs, masks) is { } counts ? product.masked_fill(Mask.Over(counts, product).logical_not(), 0) : product;
    }

    /// <inheritdoc/>
    private protected override string MergeOnnx(OnnxGraph onnx, string one, string other) => onnx.Add("Mul", [one, other]);
}
