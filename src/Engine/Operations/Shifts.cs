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

[KerasName("Rot90")]
internal sealed record Rot90Operation : Rearrangement
{
    /// <summary>How often it is turned by a quarter.</summary>
    public int K { get; init; } = 1;

    /// <summary>From which axis to which.</summary>
    public IReadOnlyList<int> Axes { get; init; } = [0, 1];

    internal override string[] Parameters => ["array"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("array");
        if (Axes.Count != 2)
        {
            throw Misuse("needs two axes");
        }

        var (one, other) = (Index(Axes[0], x.Rank), Index(Axes[1], x.Rank));
        return [K % 2 == 0 ? x : x.With(x.Shape.With(one, x.Shape[other]).With(other, x.Shape[one]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("array").rot90(K, (Axes[0], Axes[1]))];
}

[KerasName("Fliplr")]
internal sealed record FliplrOperation : Rearrangement
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").flip(1)];
}

[KerasName("Flipud")]
internal sealed record FlipudOperation : Rearrangement
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").flip(0)];
}

[KerasName("Trapezoid")]
[RefusedOption("x", "places that lie unevenly are not known here")]
internal sealed record TrapezoidOperation : Rearrangement
{
    /// <summary>How far places lie apart.</summary>
    public double Dx { get; init; } = 1;

    /// <summary>The axis that goes.</summary>
    public int Axis { get; init; } = -1;

    internal override string[] Parameters => ["y"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var y = given.Tensor("y");
        var axis = Index(Axis, y.Rank);
        return [new Spec(new Shape(y.Shape.Where((_, i) => i != axis)), Broadcast.Types([y.Type], withFraction: true))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var y = given.Tensor("y");
        y = y.is_floating_point() ? y : y.to_type(ScalarType.Float32);
        var last = y.shape[Index(Axis, (int)y.dim())] - 1;
        return [(y.sum(Axis) - ((y.select(Axis, 0) + y.select(Axis, last)) / 2)) * Dx];
    }
}
