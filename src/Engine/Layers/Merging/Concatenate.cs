using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>Its inputs, joined along an axis.</summary>
/// <remarks>
/// Shape: the inputs', but the length of the axis is the sum of theirs.
/// Masks: joined along with the inputs; along the features a position counts where it counts in any input. An input without a
/// mask counts everywhere.
/// Errors: inputs whose other axes differ are refused.
/// Source: Keras 3, <c>keras.layers.Concatenate</c>.
/// </remarks>
/// <example>Concatenate: { from: [left, right], axis: -1 }</example>
[KerasName("Concatenate")]
public sealed record Concatenate : MergeLayer
{
    /// <summary>The axis along which the inputs are joined; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    private protected override Shape OutputShape(IReadOnlyList<Spec> inputs)
    {
        var at = inputs[0].NeedIndex(Axis);
        var axes = new long?[inputs[0].Rank];
        foreach (var axis in Enumerable.Range(0, axes.Length))
        {
            var lengths = inputs.Select(input => input.Rank == axes.Length ? input.Shape[axis] : throw Misfit(inputs)).ToList();
            axes[axis] = axis == at ? lengths.Aggregate((one, other) => one + other)
                : lengths.Where(length => length is not null).Distinct().Count() <= 1 ? lengths.FirstOrDefault(length => length is not null)
                : throw Misfit(inputs);
        }

        return new Shape(axes);
    }

    /// <inheritdoc/>
    private protected override Tensor Merge(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) => cat([.. inputs], Axis);

    /// <inheritdoc/>
    private protected override Tensor? MergeMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        if (masks.FirstOrDefault(mask => mask is not null) is not { } known)
        {
            return null;
        }

        var rank = (int)known.dim();
        var axis = Axis < 0 ? Axis + inputs[0].dim() : Axis;
        var all = masks.Zip(inputs, (mask, input) => mask ?? ones(input.shape[..rank], ScalarType.Bool));
        return axis < rank ? cat([.. all], axis) : all.Aggregate((one, other) => one.logical_or(other));
    }

    private ShapeException Misfit(IReadOnlyList<Spec> inputs) => new(
        $"expected inputs that differ in axis {Axis} alone, but they are {string.Join(" and ", inputs.Select(input => input.Shape))}");

    /// <inheritdoc/>
    private protected override string WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs) =>
        onnx.Add("Concat", [.. inputs.Select(input => input.Name)], ("axis", (long)Axis));
}
