using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation that only moves numbers about.</summary>
internal abstract record Rearrangement : Operation
{
    /// <inheritdoc/>
    internal override string[] Parameters => ["x"];

    /// <summary>An axis counted from the front.</summary>
    private protected int Index(int axis, int rank) => axis >= -rank && axis < rank ? axis < 0 ? axis + rank : axis
        : throw Misuse($"has no axis {axis}");

    /// <summary>All elements in one row.</summary>
    private protected static Spec Row(Spec x) => x.With(new Shape(x.Shape.SizeFrom(0)));
}

[KerasName("Reshape")]
internal sealed record ReshapeOperation : Rearrangement
{
    /// <summary>The new lengths, the batch's too; one may be -1.</summary>
    [KerasName("newshape", "shape")]
    public required IReadOnlyList<int?> NewShape { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var size = x.Shape.SizeFrom(0);
        var known = NewShape.Where(length => length is >= 0).Aggregate(1L, (product, length) => product * length!.Value);
        return [x.With(new Shape(NewShape.Select((length, i) => length is >= 0 ? length
            : size is { } all && known > 0 ? all / known
            : i > 0 && x.Shape.SizeFrom(1) is { } rest && NewShape[0] == x.Shape[0] ? rest / known
            : (long?)null)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").reshape([.. NewShape.Select(length => (long)(length ?? -1))])];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) =>
        onnx.Reshape(given.Tensor("x").Name, [.. NewShape.Select(length => (long)(length ?? -1))]);
}

[KerasName("Transpose")]
internal sealed record TransposeOperation : Rearrangement
{
    /// <summary>The old axes in their new order; null turns them round.</summary>
    public IReadOnlyList<int>? Axes { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return [x.With(new Shape(Order(x.Rank).Select(axis => x.Shape[(int)axis])))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").permute(Order((int)given.Tensor("x").dim()))];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) =>
        onnx.Turn(given.Tensor("x").Name, Order(given.Tensor("x").Spec.Rank));

    private long[] Order(int rank) => Axes is null ? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)]
        : Axes.Count == rank ? [.. Axes.Select(axis => (long)Index(axis, rank))]
        : throw Misuse($"orders {Axes.Count} axes of {rank}");
}

[KerasName("ExpandDims")]
internal sealed record ExpandDimsOperation : Rearrangement
{
    /// <summary>Where the new axes stand.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var axes = x.Shape.ToList();
        foreach (var axis in Axis)
        {
            axes.Insert(Index(axis, axes.Count + 1), 1);
        }

        return [x.With(new Shape(axes))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Axis.Aggregate(given.Tensor("x"), (x, axis) => x.unsqueeze(axis))];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given)
    {
        var x = given.Tensor("x");
        var rank = x.Spec.Rank;
        return Axis.Aggregate(x.Name, (y, axis) => onnx.Unsqueeze(y, Index(axis, ++rank)));
    }
}

[KerasName("Squeeze")]
internal sealed record SqueezeOperation : Rearrangement
{
    /// <summary>The axes of length 1 that go; null is all.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var gone = Gone(x.Shape.Select(length => length ?? -1), x.Rank);
        return [x.With(new Shape(x.Shape.Where((_, i) => !gone.Contains(i))))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [Gone(x.shape, (int)x.dim()).OrderDescending().Aggregate(x, (y, axis) => y.squeeze(axis))];
    }

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given)
    {
        var x = given.Tensor("x");
        return onnx.Squeeze(x.Name, [.. Gone(x.Spec.Shape.Select(length => length ?? -1), x.Spec.Rank).Select(axis => (long)axis)]);
    }

    private List<int> Gone(IEnumerable<long> lengths, int rank) => Axis is null
        ? [.. lengths.Index().Where(pair => pair.Item == 1).Select(pair => pair.Index)]
        : [.. Axis.Select(axis => Index(axis, rank))];
}

[KerasName("Flip")]
internal sealed record FlipOperation : Rearrangement
{
    /// <summary>The axes that are turned round; null is all.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [x.flip(Axis is null ? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)] : [.. Axis.Select(axis => (long)axis)])];
    }
}

[KerasName("Cast"), KerasModule("core")]
internal sealed record CastOperation : Rearrangement
{
    /// <summary>The type that numbers become.</summary>
    public required DtypePolicy Dtype { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x") with { Type = Dtype.Compute }];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").to_type(Dtype.Compute.ToTorch())];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) => onnx.Cast(given.Tensor("x").Name, Dtype.Compute);
}

[KerasName("Where")]
internal sealed record WhereOperation : Operation
{
    internal override string[] Parameters => ["condition", "x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (SpecOf(given, "x1"), SpecOf(given, "x2"));
        return [new Spec(Broadcast.Shapes(this, [given.Tensor("condition").Shape, one.Shape, other.Shape]), Broadcast.Types([one.Type, other.Type]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [where(given.Tensor("condition").to_type(ScalarType.Bool), TensorOf(given, "x1"), TensorOf(given, "x2"))];

    private static Spec SpecOf(Given<Spec> given, string name) => Constants.IsConstant(given[name]) ? Constants.SpecOf(given[name]!) : given.Tensor(name);

    private static Tensor TensorOf(Given<Tensor> given, string name) => Constants.IsConstant(given[name]) ? Constants.TensorOf(given[name]!) : given.Tensor(name);
}

[KerasName("Clip")]
internal sealed record ClipOperation : Operation
{
    /// <summary>The least number that is left as it is.</summary>
    public double? XMin { get; init; }

    /// <summary>The greatest number that is left as it is.</summary>
    public double? XMax { get; init; }

    internal override string[] Parameters => ["x", "x_min", "x_max"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var least = given["x_min"] is Operand.Number low ? low.Value : XMin;
        var most = given["x_max"] is Operand.Number high ? high.Value : XMax;
        return [given.Tensor("x").clamp(min: least is { } min ? (Scalar)min : null, max: most is { } max ? (Scalar)max : null)];
    }
}
