using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Ravel")]
internal sealed record RavelOperation : Rearrangement
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [Row(given.Tensor("x"))];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").flatten()];
}

[KerasName("Swapaxes")]
internal sealed record SwapaxesOperation : Rearrangement
{
    /// <summary>One axis.</summary>
    public required int Axis1 { get; init; }

    /// <summary>The axis that changes places with it.</summary>
    public required int Axis2 { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var (one, other) = (Index(Axis1, x.Rank), Index(Axis2, x.Rank));
        return [x.With(x.Shape.With(one, x.Shape[other]).With(other, x.Shape[one]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").transpose(Axis1, Axis2)];
}

[KerasName("Moveaxis")]
internal sealed record MoveaxisOperation : Rearrangement
{
    /// <summary>The axes that move.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Source { get; init; }

    /// <summary>Where they go.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Destination { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return [x.With(new Shape(Order(x.Rank).Select(axis => x.Shape[axis])))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [x.permute([.. Order((int)x.dim()).Select(axis => (long)axis)])];
    }

    private List<int> Order(int rank)
    {
        var moved = Source.Select(axis => Index(axis, rank)).ToList();
        var order = Enumerable.Range(0, rank).Except(moved).ToList();
        foreach (var (to, from) in Destination.Select(axis => Index(axis, rank)).Zip(moved).OrderBy(pair => pair.First))
        {
            order.Insert(to, from);
        }

        return order;
    }
}

[KerasName("Roll")]
internal sealed record RollOperation : Rearrangement
{
    /// <summary>How far elements move on; what leaves at the end comes in at the beginning.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Shift { get; init; }

    /// <summary>The axes along which they move; null is all elements in one row.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [Axis is null ? x.flatten().roll(Shift[0], 0).reshape(x.shape)
            : Axis.Index().Aggregate(x, (y, at) => y.roll(Shift[Math.Min(at.Index, Shift.Count - 1)], Index(at.Item, (int)x.dim())))];
    }
}

[KerasName("Repeat")]
internal sealed record RepeatOperation : Rearrangement
{
    /// <summary>How often each element stands there.</summary>
    [AtLeast(0)]
    public required int Repeats { get; init; }

    /// <summary>The axis that becomes longer; null is all elements in one row.</summary>
    public int? Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = Axis is null ? Row(given.Tensor("x")) : given.Tensor("x");
        var axis = Index(Axis ?? 0, x.Rank);
        return [x.With(x.Shape.With(axis, x.Shape[axis] * Repeats))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = Axis is null ? given.Tensor("x").flatten() : given.Tensor("x");
        return [x.repeat_interleave(Repeats, Index(Axis ?? 0, (int)x.dim()))];
    }
}

[KerasName("Tile")]
internal sealed record TileOperation : Rearrangement
{
    /// <summary>How often the whole stands along each axis, the last axes first in need.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Repeats { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var rank = Math.Max(x.Rank, Repeats.Count);
        return [x.With(new Shape(Enumerable.Range(1, rank).Reverse().Select(fromEnd =>
            (fromEnd <= x.Rank ? x.Shape[-fromEnd] : 1) * (fromEnd <= Repeats.Count ? Repeats[^fromEnd] : 1))))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").tile([.. Repeats.Select(count => (long)count)])];
}

[KerasName("Pad")]
internal sealed record PadOperation : Rearrangement
{
    /// <summary>How much is added before and behind each axis.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> PadWidth { get; init; }

    /// <summary>What is added.</summary>
    public PadMode Mode { get; init; }

    internal override string[] Parameters => ["x", "constant_values"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        if (PadWidth.Count != x.Rank || PadWidth.Any(pair => pair.Count != 2))
        {
            throw Misuse($"needs two widths for each of {x.Rank} axes");
        }

        return [x.With(new Shape(x.Shape.Zip(PadWidth, (length, pair) => length + pair[0] + pair[1])))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        if (Mode == PadMode.Constant)
        {
            var value = given["constant_values"] is Operand.Number { Value: var number } ? number : 0;
            return [nn.functional.pad(x, [.. PadWidth.Reverse().SelectMany(pair => pair).Select(width => (long)width)], PaddingModes.Constant, value)];
        }

        return [PadWidth.Index().Aggregate(x, (y, pair) => pair.Item is [0, 0] ? y
            : y.index_select(pair.Index, tensor(Places((int)y.shape[pair.Index], pair.Item[0], pair.Item[1]))))];
    }

    /// <summary>Which element stands at each place of a longer axis.</summary>
    private long[] Places(int length, int before, int behind)
    {
        var (period, turn) = Mode == PadMode.Reflect ? (Math.Max(1, 2 * (length - 1)), 0) : (2 * length, 1);
        return [.. Enumerable.Range(-before, before + length + behind).Select(at =>
        {
            var within = ((at % period) + period) % period;
            return (long)(within < length ? within : period - within - turn);
        })];
    }
}

/// <summary>What <see cref="PadOperation"/> adds.</summary>
internal enum PadMode
{
    /// <summary>One number.</summary>
    [KerasName("constant")]
    Constant,

    /// <summary>What a mirror on the last element shows.</summary>
    [KerasName("reflect")]
    Reflect,

    /// <summary>What a mirror behind the last element shows.</summary>
    [KerasName("symmetric")]
    Symmetric,
}

/// <summary>Keeps a triangle of a matrix, and zero elsewhere.</summary>
internal abstract record Triangle : Rearrangement
{
    /// <summary>The diagonal at which it ends, from the middle one upwards.</summary>
    public int K { get; init; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x")];
}

[KerasName("Tril")]
internal sealed record TrilOperation : Triangle
{
    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").tril(K)];
}

[KerasName("Triu")]
internal sealed record TriuOperation : Triangle
{
    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").triu(K)];
}

[KerasName("Diagonal")]
internal record DiagonalOperation : Rearrangement
{
    /// <summary>How far from the middle diagonal.</summary>
    public int Offset { get; init; }

    /// <summary>The axis of the rows.</summary>
    public int Axis1 { get; init; }

    /// <summary>The axis of the columns.</summary>
    public int Axis2 { get; init; } = 1;

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var (rows, columns) = (Index(Axis1, x.Rank), Index(Axis2, x.Rank));
        var length = x.Shape[rows] is { } high && x.Shape[columns] is { } wide
            ? Math.Max(0, Math.Min(high + Math.Min(Offset, 0), wide - Math.Max(Offset, 0))) : (long?)null;
        return [x.With(new Shape([.. x.Shape.Where((_, i) => i != rows && i != columns), length]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").diagonal(Offset, Axis1, Axis2)];
}

[KerasName("Trace")]
internal sealed record TraceOperation : DiagonalOperation
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var diagonal = base.Infer(given)[0];
        return [diagonal.With(diagonal.Shape.Slice(0, diagonal.Rank - 1))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [base.Compute(given)[0].sum(-1)];
}

[KerasName("Diff")]
internal sealed record DiffOperation : Rearrangement
{
    /// <summary>How often differences are taken.</summary>
    [AtLeast(0)]
    public int N { get; init; } = 1;

    /// <summary>The axis along which.</summary>
    public int Axis { get; init; } = -1;

    internal override string[] Parameters => ["a"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("a");
        var axis = Index(Axis, x.Rank);
        return [x.With(x.Shape.With(axis, x.Shape[axis] - N))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Enumerable.Repeat(0, N).Aggregate(given.Tensor("a"), (y, _) =>
        y.narrow(Axis, 1, y.shape[Index(Axis, (int)y.dim())] - 1) - y.narrow(Axis, 0, y.shape[Index(Axis, (int)y.dim())] - 1))];
}

[KerasName("BroadcastTo")]
internal sealed record BroadcastToOperation : Rearrangement
{
    /// <summary>The shape it becomes.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x").With(new Shape(Shape.Select(length => (long?)length)))];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").expand([.. Shape.Select(length => (long)length)])];
}
