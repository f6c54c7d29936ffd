using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation that makes one number of all along some axes.</summary>
internal abstract record Reduction : Operation
{
    /// <summary>The axes that go; null is all.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    /// <inheritdoc/>
    internal override string[] Parameters => ["x"];

    /// <summary>Whether the axes stay with a length of 1.</summary>
    private protected virtual bool Keeps => false;

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var axes = AxesOf(x.Rank);
        return [new Spec(new Shape(x.Shape.Select((length, i) => axes.Contains(i) ? Keeps ? 1 : -1 : length).Where(length => length != -1)), TypeOf(x.Type))];
    }

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [Reduce(x, AxesOf((int)x.dim()))];
    }

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given)
    {
        var x = given.Tensor("x");
        var axes = AxesOf(x.Spec.Rank);
        return this switch
        {
            SumOperation => onnx.Sum(x.Name, Keeps, axes),
            MeanOperation => onnx.Mean(onnx.Float(x), Keeps, axes),
            MaxOperation { Initial: null } => onnx.Add("ReduceMax", [x.Name], ("axes", axes), ("keepdims", Keeps ? 1L : 0L)),
            MinOperation { Initial: null } => onnx.Add("ReduceMin", [x.Name], ("axes", axes), ("keepdims", Keeps ? 1L : 0L)),
            _ => base.WriteOnnx(onnx, given),
        };
    }

    /// <summary>The type of the result.</summary>
    private protected virtual DataType TypeOf(DataType type) => type;

    /// <summary>Computes the result.</summary>
    private protected abstract Tensor Reduce(Tensor x, long[] axes);

    private long[] AxesOf(int rank) => Axis is null ? [.. Enumerable.Range(0, rank).Select(axis => (long)axis)]
        : [.. Axis.Select(axis => axis >= -rank && axis < rank ? (long)(axis < 0 ? axis + rank : axis) : throw Misuse($"has no axis {axis} to reduce"))];
}

/// <summary>A reduction that may keep its axes.</summary>
internal abstract record KeepingReduction : Reduction
{
    /// <summary>Whether the axes stay with a length of 1.</summary>
    public bool Keepdims { get; init; }

    private protected sealed override bool Keeps => Keepdims;
}

[KerasName("Sum")]
internal sealed record SumOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => x.sum(axes, Keepdims);
}

[KerasName("Mean")]
internal sealed record MeanOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes) => (x.is_floating_point() ? x : x.to_type(ScalarType.Float32)).mean(axes, Keepdims);
}

[KerasName("Max", "Amax")]
internal sealed record MaxOperation : KeepingReduction
{
    /// <summary>The least result there may be.</summary>
    public double? Initial { get; init; }

    private protected override Tensor Reduce(Tensor x, long[] axes) => Initial is { } least ? x.amax(axes, Keepdims).clamp(min: least) : x.amax(axes, Keepdims);
}

[KerasName("Min", "Amin")]
internal sealed record MinOperation : KeepingReduction
{
    /// <summary>The greatest result there may be.</summary>
    public double? Initial { get; init; }

    private protected override Tensor Reduce(Tensor x, long[] axes) => Initial is { } most ? x.amin(axes, Keepdims).clamp(max: most) : x.amin(axes, Keepdims);
}

[KerasName("Std")]
internal sealed record StdOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => x.var(axes, unbiased: false, keepdim: Keepdims).sqrt();
}

[KerasName("Var")]
internal sealed record VarOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => x.var(axes, unbiased: false, keepdim: Keepdims);
}

[KerasName("Logsumexp"), KerasModule("math")]
internal sealed record LogSumExpOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => axes.Reverse().Aggregate(x, (y, axis) => y.logsumexp(axis, Keepdims));
}

[KerasName("Prod")]
internal sealed record ProdOperation : KeepingReduction
{
    /// <summary>The type of the result; null keeps that of the argument.</summary>
    public DtypePolicy? Dtype { get; init; }

    private protected override DataType TypeOf(DataType type) => Dtype?.Compute ?? type;

    private protected override Tensor Reduce(Tensor x, long[] axes) =>
        axes.OrderDescending().Aggregate(x.to_type(Dtype?.Compute.ToTorch() ?? x.dtype), (y, axis) => y.prod(axis, Keepdims, y.dtype));
}

[KerasName("Any")]
internal sealed record AnyOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => DataType.Bool;

    private protected override Tensor Reduce(Tensor x, long[] axes) => axes.OrderDescending().Aggregate(x.ne(0), (y, axis) => y.any(axis, Keepdims));
}

[KerasName("All")]
internal sealed record AllOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => DataType.Bool;

    private protected override Tensor Reduce(Tensor x, long[] axes) => axes.OrderDescending().Aggregate(x.ne(0), (y, axis) => y.all(axis, Keepdims));
}

[KerasName("CountNonzero")]
internal sealed record CountNonzeroOperation : Reduction
{
    private protected override DataType TypeOf(DataType type) => DataType.Int32;

    private protected override Tensor Reduce(Tensor x, long[] axes) => x.ne(0).to_type(ScalarType.Int32).sum(axes, type: ScalarType.Int32);
}

[KerasName("Median")]
internal sealed record MedianOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes)
    {
        var kept = Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis).Except(axes).ToArray();
        var rows = (x.is_floating_point() ? x : x.to_type(ScalarType.Float32)).permute([.. kept, .. axes]).flatten(kept.Length).sort(-1).Values; // [kept…, all]
        var length = rows.shape[^1];
        var middle = (rows.select(-1, (length - 1) / 2) + rows.select(-1, length / 2)) / 2;
        return Keepdims ? axes.Order().Aggregate(middle, (y, axis) => y.unsqueeze(axis)) : middle;
    }
}

[KerasName("Norm"), KerasModule("linalg")]
internal sealed record NormOperation : KeepingReduction
{
    /// <summary>The power of the norm; null is 2, over all the axes.</summary>
    [AtLeast(0)]
    public double? Ord { get; init; }

    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes) => axes.Length == 1 || Ord is null ? Of(x, axes, Ord ?? 2, Keepdims)
        : throw Misuse("takes the norm of a matrix, of which only the plain one is known here");

    /// <summary>The norm of a power over some axes.</summary>
    internal static Tensor Of(Tensor x, long[] axes, double power, bool keep)
    {
        var real = x.is_floating_point() ? x : x.to_type(ScalarType.Float32);
        return power switch
        {
            0 => real.ne(0).to_type(real.dtype).sum(axes, keep),
            1 => real.abs().sum(axes, keep),
            2 => real.square().sum(axes, keep).sqrt(),
            _ => real.abs().pow(power).sum(axes, keep).pow(1 / power),
        };
    }
}

/// <summary>The place of the greatest or the least number along an axis.</summary>
internal abstract record Place : Operation
{
    /// <summary>The axis; null is all elements in one row.</summary>
    public int? Axis { get; init; }

    /// <summary>Whether the axis stays with a length of 1.</summary>
    public bool Keepdims { get; init; }

    /// <inheritdoc/>
    internal override string[] Parameters => ["x"];

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var shape = given.Tensor("x").Shape;
        if (Axis is not { } axis)
        {
            return [new Spec(new Shape(), DataType.Int64)];
        }

        var at = axis < 0 ? axis + shape.Rank : axis;
        return [new Spec(Keepdims ? shape.With(at, 1) : new Shape(shape.Where((_, i) => i != at)), DataType.Int64)];
    }

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [Axis is { } axis ? Find(x, axis, Keepdims) : Find(x.flatten(), 0, false)];
    }

    /// <summary>Finds the place.</summary>
    private protected abstract Tensor Find(Tensor x, int axis, bool keep);
}

[KerasName("Argmax")]
internal sealed record ArgmaxOperation : Place
{
    private protected override Tensor Find(Tensor x, int axis, bool keep) => x.argmax(axis, keep);
}

[KerasName("Argmin")]
internal sealed record ArgminOperation : Place
{
    private protected override Tensor Find(Tensor x, int axis, bool keep) => x.argmin(axis, keep);
}
