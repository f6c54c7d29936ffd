using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

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

/// <summary>What is taken of a diagonal.</summary>
internal abstract record OnDiagonal : Rearrangement
{
    /// <summary>How far from the middle diagonal.</summary>
    public int Offset { get; init; }

    /// <summary>The axis of the rows.</summary>
    public int Axis1 { get; init; }

    /// <summary>The axis of the columns.</summary>
    public int Axis2 { get; init; } = 1;

    /// <summary>The shape of the diagonal.</summary>
    private protected Spec Line(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var (rows, columns) = (Index(Axis1, x.Rank), Index(Axis2, x.Rank));
        var length = x.Shape[rows] is { } high && x.Shape[columns] is { } wide
            ? Math.Max(0, Math.Min(high + Math.Min(Offset, 0), wide - Math.Max(Offset, 0))) : (long?)null;
        return x.With(new Shape([.. x.Shape.Where((_, i) => i != rows && i != columns), length]));
    }

    /// <summary>The diagonal.</summary>
    private protected Tensor Line(Given<Tensor> given) => given.Tensor("x").diagonal(Offset, Axis1, Axis2);
}

[KerasName("Diagonal")]
internal sealed record DiagonalOperation : OnDiagonal
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [Line(given)];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Line(given)];
}

[KerasName("Trace")]
internal sealed record TraceOperation : OnDiagonal
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var diagonal = Line(given);
        return [diagonal.With(diagonal.Shape.Slice(0, diagonal.Rank - 1))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Line(given).sum(-1)];
}

[KerasName("Diag")]
internal sealed record DiagOperation : Rearrangement
{
    /// <summary>How far from the middle diagonal.</summary>
    public int K { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return [x.With(x.Rank switch
        {
            1 => new Shape(x.Shape[0] + Math.Abs(K), x.Shape[0] + Math.Abs(K)),
            2 => new Shape(x.Shape[0] is { } high && x.Shape[1] is { } wide ? Math.Max(0, Math.Min(high + Math.Min(K, 0), wide - Math.Max(K, 0))) : null),
            _ => throw Misuse("needs a row or a matrix"),
        })];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").diag(K)];
}

[KerasName("Diagflat")]
internal sealed record DiagflatOperation : Rearrangement
{
    /// <summary>How far from the middle diagonal.</summary>
    public int K { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var length = given.Tensor("x").Shape.SizeFrom(0) + Math.Abs(K);
        return [given.Tensor("x").With(new Shape(length, length))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").flatten().diag(K)];
}
