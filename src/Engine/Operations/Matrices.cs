using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation on the matrices that the last two axes hold.</summary>
[KerasModule("linalg")]
internal abstract record MatrixOperation : Operation
{
    internal override string[] Parameters => ["x"];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => Compute(given.Tensor("x"));

    /// <summary>Computes what comes of the matrices.</summary>
    private protected virtual IReadOnlyList<Tensor> Compute(Tensor x) => [];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedRank(2);
        return [.. Shapes(x.Shape.Slice(0, x.Rank - 2), x.Shape[-2], x.Shape[-1]).Select(x.With)];
    }

    /// <summary>The shapes of what comes out.</summary>
    /// <param name="many">The axes before the matrix.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="columns">How many columns.</param>
    private protected virtual IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [new([.. many, rows, columns])];

    /// <summary>The lesser of two lengths.</summary>
    private protected static long? Lesser(long? one, long? other) => one is null || other is null ? null : Math.Min(one.Value, other.Value);
}

[KerasName("Cholesky")]
internal sealed record CholeskyOperation : MatrixOperation
{
    /// <summary>Whether the upper triangle is wanted.</summary>
    public bool Upper { get; init; }

    private protected override IReadOnlyList<Tensor> Compute(Tensor x) => [Upper ? linalg.cholesky(x).transpose(-1, -2) : linalg.cholesky(x)];
}

[KerasName("CholeskyInverse")]
internal sealed record CholeskyInverseOperation : MatrixOperation
{
    /// <summary>Whether the triangle that is given is the upper one.</summary>
    public bool Upper { get; init; }

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        var inverse = linalg.inv(x);
        return [Upper ? inverse.matmul(inverse.transpose(-1, -2)) : inverse.transpose(-1, -2).matmul(inverse)];
    }
}

[KerasName("Inv")]
internal sealed record InvOperation : MatrixOperation
{
    private protected override IReadOnlyList<Tensor> Compute(Tensor x) => [linalg.inv(x)];
}

[KerasName("Pinv")]
internal sealed record PinvOperation : MatrixOperation
{
    /// <summary>What share of the greatest singular value counts as none; null is what the type cannot tell.</summary>
    public double? Rcond { get; init; }

    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [new([.. many, columns, rows])];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x) =>
        [linalg.pinv(x, atol: 0, rtol: Rcond ?? (Math.Max(x.shape[^1], x.shape[^2]) * (x.dtype == ScalarType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1)))];
}

[KerasName("Det")]
internal sealed record DetOperation : MatrixOperation
{
    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [many];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x) => [linalg.det(x)];
}

[KerasName("Logdet"), KerasModule("math")]
internal sealed record LogdetOperation : MatrixOperation
{
    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [many];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x) => [linalg.slogdet(x).Item2];
}

[KerasName("Slogdet"), KerasModule("numpy")]
internal sealed record SlogdetOperation : MatrixOperation
{
    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [many, many];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        var (sign, logarithm) = linalg.slogdet(x);
        return [sign, logarithm];
    }
}

[KerasName("LuFactor")]
internal sealed record LuFactorOperation : MatrixOperation
{
    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [new([.. many, rows, columns]), new([.. many, Lesser(rows, columns)])];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        var (both, swaps) = linalg.lu_factor(x);
        return [both, (swaps! - 1).to_type(x.dtype)]; // Keras counts from 0, and says that they are of the matrix's type
    }
}

[KerasName("Qr")]
internal sealed record QrOperation : MatrixOperation
{
    /// <summary>Whether all columns of the orthogonal matrix are wanted, or those that count.</summary>
    public QrMode Mode { get; init; }

    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns)
    {
        var between = Mode == QrMode.Complete ? rows : Lesser(rows, columns);
        return [new([.. many, rows, between]), new([.. many, between, columns])];
    }

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        var (q, r) = linalg.qr(x, Mode == QrMode.Complete ? linalg.QRMode.Complete : linalg.QRMode.Reduced);
        return [q, r];
    }
}

/// <summary>How much of a decomposition is wanted.</summary>
internal enum QrMode
{
    /// <summary>What counts.</summary>
    Reduced,

    /// <summary>All of it.</summary>
    Complete,
}

[KerasName("SVD")]
internal sealed record SvdOperation : MatrixOperation
{
    /// <summary>Whether all singular vectors are wanted, or those that count.</summary>
    public bool FullMatrices { get; init; } = true;

    /// <summary>Whether the vectors are wanted beside the values.</summary>
    public bool ComputeUv { get; init; } = true;

    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns)
    {
        var least = Lesser(rows, columns);
        var values = new Shape([.. many, least]);
        return ComputeUv ? [new([.. many, rows, FullMatrices ? rows : least]), values, new([.. many, FullMatrices ? columns : least, columns])] : [values];
    }

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        if (!ComputeUv)
        {
            return [linalg.svdvals(x)];
        }

        var (u, s, v) = linalg.svd(x, FullMatrices);
        return [u, s, v];
    }
}

[KerasName("Eigh")]
internal sealed record EighOperation : MatrixOperation
{
    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [new([.. many, rows]), new([.. many, rows, columns])];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        var (values, vectors) = linalg.eigh(x);
        return [values, vectors];
    }
}

[KerasName("MatrixRank")]
internal sealed record MatrixRankOperation : MatrixOperation
{
    /// <summary>What counts as no singular value; null is what the type cannot tell.</summary>
    public double? Tol { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [base.Infer(given)[0] with { Type = DataType.Int32 }];

    private protected override IEnumerable<Shape> Shapes(Shape many, long? rows, long? columns) => [many];

    private protected override IReadOnlyList<Tensor> Compute(Tensor x)
    {
        var values = linalg.svdvals(x); // [many…, values], the greatest first
        var least = Tol is { } tolerance ? full_like(values.narrow(-1, 0, 1), tolerance) : values.narrow(-1, 0, 1) * Math.Max(x.shape[^1], x.shape[^2]) * (MathF.BitIncrement(1f) - 1);
        return [values.gt(least).sum(-1).to_type(ScalarType.Int32)];
    }
}

/// <summary>Solves <c>a·x = b</c>, where <c>b</c> holds one vector or a matrix of them.</summary>
internal abstract record Solution : MatrixOperation
{
    internal override string[] Parameters => ["a", "b"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (a, b) = (Constants.SpecOf(given, "a").NeedRank(2), Constants.SpecOf(given, "b"));
        return [b.With(b.Shape.With(b.Rank == a.Rank - 1 ? b.Rank - 1 : b.Rank - 2, a.Shape[-1]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (a, b) = (Constants.TensorOf(given, "a"), Constants.TensorOf(given, "b"));
        return [b.dim() == a.dim() - 1 ? Solve(a, b.unsqueeze(-1)).squeeze(-1) : Solve(a, b)];
    }

    /// <summary>Solves for a matrix.</summary>
    private protected abstract Tensor Solve(Tensor a, Tensor b);
}

[KerasName("Solve")]
internal sealed record SolveOperation : Solution
{
    private protected override Tensor Solve(Tensor a, Tensor b) => linalg.solve(a, b);
}

[KerasName("SolveTriangular")]
internal sealed record SolveTriangularOperation : Solution
{
    /// <summary>Whether the lower triangle is meant.</summary>
    public bool Lower { get; init; }

    private protected override Tensor Solve(Tensor a, Tensor b) => linalg.solve(Lower ? a.tril() : a.triu(), b);
}

[KerasName("Lstsq")]
internal sealed record LstsqOperation : Solution
{
    /// <summary>What share of the greatest singular value counts as none; null is what the type cannot tell.</summary>
    public double? Rcond { get; init; }

    private protected override Tensor Solve(Tensor a, Tensor b) =>
        linalg.pinv(a, atol: 0, rtol: Rcond ?? (Math.Max(a.shape[^1], a.shape[^2]) * (MathF.BitIncrement(1f) - 1))).matmul(b);
}
