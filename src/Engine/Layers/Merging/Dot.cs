using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The scalar products of the vectors of two inputs, each along one axis, example by example.</summary>
/// <remarks>
/// Shape: <c>[batch, a…, n, b…]</c> and <c>[batch, c…, n, d…]</c> become <c>[batch, a…, b…, c…, d…]</c>; of two rows, <c>[batch, 1]</c>.
/// Masks: the output has none.
/// Errors: more or fewer than two inputs; axes of different lengths; the batch as an axis.
/// Source: Keras 3, <c>keras.layers.Dot</c>.
/// </remarks>
/// <example>Dot: { from: [left, right], axes: -1 }</example>
[KerasName("Dot")]
public sealed record Dot : MergeLayer, IChecked
{
    /// <summary>The axis of the vectors, or one for each input; negative counts from the end.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Axes { get; init; }

    /// <summary>Whether the vectors are given the length 1 first, which makes the product their cosine.</summary>
    public bool Normalize { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Axes.Count is < 1 or > 2)
        {
            yield return new OptionMistake("axes", $"There cannot be {Axes.Count} axes.", "an axis, or one for each of two inputs");
        }

        if (Axes.Contains(0))
        {
            yield return new OptionMistake("axes", "Axis 0 is the batch, whose examples are not multiplied with each other.", "an axis after the batch");
        }
    }

    /// <inheritdoc/>
    private protected override Shape OutputShape(IReadOnlyList<Spec> inputs)
    {
        if (inputs is not [var left, var right])
        {
            throw new ShapeException($"takes two inputs, but was given {inputs.Count}");
        }

        var (a, b) = (AxisOf(left.NeedRank(2), 0), AxisOf(right.NeedRank(2), 1));
        if (a == 0 || b == 0)
        {
            throw new ShapeException($"cannot multiply along the batch, but its inputs are {left.Shape} and {right.Shape}");
        }

        if (left.Shape[a] is { } one && right.Shape[b] is { } other && one != other)
        {
            throw new ShapeException($"expected axes of one length, but its inputs are {left.Shape} and {right.Shape}");
        }

        long?[] axes = [.. Without(left.Shape, a), .. Without(right.Shape, b).Skip(1)];
        return new Shape(axes is [var batch] ? [batch, 1] : axes);
    }

    /// <inheritdoc/>
    private protected override Tensor Merge(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        var (x, y) = (inputs[0].movedim([At(Axes[0], inputs[0])], [-1]), inputs[1].movedim([At(Axes[^1], inputs[1])], [1]));
        if (Normalize)
        {
            (x, y) = (Unit.Length(x, [-1]), Unit.Length(y, [1]));
        }

        var (batch, length) = (x.shape[0], x.shape[^1]);
        var product = x.reshape(batch, -1, length).bmm(y.reshape(batch, length, -1)); // [batch, a · b, c · d]
        return x.dim() == 2 && y.dim() == 2 ? product.squeeze(-1) : product.reshape([.. x.shape[..^1], .. y.shape[2..]]);
    }

    /// <inheritdoc/>
    private protected override Tensor? MergeMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) => null;

    private static IEnumerable<long?> Without(Shape shape, int axis) => shape.Where((_, i) => i != axis);

    private static long At(int axis, Tensor x) => axis < 0 ? axis + x.dim() : axis;

    private int AxisOf(Spec input, int which) => input.NeedIndex(Axes[Math.Min(which, Axes.Count - 1)]);

    /// <inheritdoc/>
    private protected override string WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs)
    {
        var (left, right) = (inputs[0], inputs[1]);
        var (a, b) = (AxisOf(left.Spec, 0), AxisOf(right.Spec, 1));
        if (left.Spec.Rank > 3 || right.Spec.Rank > 3)
        {
            throw onnx.Refuse("it multiplies tensors of more than three axes");
        }

        var x = onnx.Turn(left.Name, [.. Enumerable.Range(0, left.Spec.Rank).Where(axis => axis != a).Select(axis => (long)axis), a]);
        var y = onnx.Turn(right.Name, [0, b, .. Enumerable.Range(1, right.Spec.Rank - 1).Where(axis => axis != b).Select(axis => (long)axis)]);
        if (Normalize)
        {
            (x, y) = (Unit.WriteOnnx(onnx, x, [-1]), Unit.WriteOnnx(onnx, y, [1]));
        }

        var product = onnx.Add("MatMul", [left.Spec.Rank == 2 ? onnx.Unsqueeze(x, 1) : x, right.Spec.Rank == 2 ? onnx.Unsqueeze(y, 2) : y]);
        return (left.Spec.Rank, right.Spec.Rank) switch
        {
            (3, 3) => product,
            (3, _) => onnx.Squeeze(product, 2),
            _ => onnx.Squeeze(product, 1),
        };
    }
}
