using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Matmul")]
internal sealed record MatmulOperation : Operation
{
    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (given.Tensor("x1"), given.Tensor("x2"));
        if (one.Rank < 2 || other.Rank < 2)
        {
            throw Misuse("needs tensors of two axes or more");
        }

        var batch = Broadcast.Shapes(this, [one.Shape.Slice(0, one.Rank - 2), other.Shape.Slice(0, other.Rank - 2)]);
        return [new Spec(new Shape([.. batch, one.Shape[-2], other.Shape[-1]]), Broadcast.Types([one.Type, other.Type]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x1").matmul(given.Tensor("x2"))];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) => onnx.Add("MatMul", [onnx.Float(given.Tensor("x1")), onnx.Float(given.Tensor("x2"))]);
}

[KerasName("Einsum")]
internal sealed record EinsumOperation : Operation
{
    /// <summary>The axes of each argument and of the result, as <c>bij,bjk->bik</c>.</summary>
    public required string Subscripts { get; init; }

    internal override string[] Parameters => [];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var sides = Subscripts.Replace(" ", "", StringComparison.Ordinal).Split("->");
        var arguments = sides[0].Split(',');
        if (sides.Length != 2 || arguments.Length != given.Inputs.Count || Subscripts.Contains('.', StringComparison.Ordinal)
            || arguments.Zip(given.Inputs).Any(pair => pair.First.Length != pair.Second.Rank))
        {
            throw Misuse($"sums by '{Subscripts}', which does not fit its {given.Inputs.Count} tensors");
        }

        var lengths = new Dictionary<char, long?>();
        foreach (var (letter, length) in arguments.Zip(given.Inputs).SelectMany(pair => pair.First.Zip(pair.Second.Shape)))
        {
            lengths[letter] = lengths.GetValueOrDefault(letter) ?? length;
        }

        return [new Spec(new Shape(sides[1].Select(letter => lengths.TryGetValue(letter, out var length) ? length : throw Misuse($"has an axis '{letter}' from nowhere"))), Broadcast.Types(given.Inputs.Select(input => input.Type)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [einsum(Subscripts, [.. given.Inputs])];
}

/// <summary>Products of two tensors, summed over axes.</summary>
internal abstract record Contraction : Operation
{
    internal sealed override string[] Parameters => ["x1", "x2"];

    /// <summary>The axes of the one and of the other that are summed over.</summary>
    private protected abstract (int[] One, int[] Other) Summed(int rankOfOne, int rankOfOther);

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, "x1"), Constants.SpecOf(given, "x2"));
        var (gone, goneToo) = Summed(one.Rank, other.Rank);
        return [new Spec(
            new Shape([.. one.Shape.Where((_, i) => !gone.Contains(i)), .. other.Shape.Where((_, i) => !goneToo.Contains(i))]),
            Broadcast.Types([one.Type, other.Type]))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (one, other) = (Constants.TensorOf(given, "x1"), Constants.TensorOf(given, "x2"));
        var (gone, goneToo) = Summed((int)one.dim(), (int)other.dim());
        return [tensordot(one, other, [.. gone.Select(axis => (long)axis)], [.. goneToo.Select(axis => (long)axis)])];
    }
}

[KerasName("Tensordot")]
internal sealed record TensordotOperation : Contraction
{
    /// <summary>The axes of the first that are summed over, and those of the second.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Axes { get; init; }

    private protected override (int[] One, int[] Other) Summed(int rankOfOne, int rankOfOther) => Axes is [var one, var other] && one.Count == other.Count
        ? ([.. one.Select(axis => axis < 0 ? axis + rankOfOne : axis)], [.. other.Select(axis => axis < 0 ? axis + rankOfOther : axis)])
        : throw Misuse("needs as many axes of the one as of the other");
}

[KerasName("Dot")]
internal sealed record DotOperation : Contraction
{
    private protected override (int[] One, int[] Other) Summed(int rankOfOne, int rankOfOther) => ([rankOfOne - 1], [Math.Max(0, rankOfOther - 2)]);
}

[KerasName("Inner")]
internal sealed record InnerOperation : Contraction
{
    private protected override (int[] One, int[] Other) Summed(int rankOfOne, int rankOfOther) => ([rankOfOne - 1], [rankOfOther - 1]);
}

[KerasName("Cross")]
internal sealed record CrossOperation : Operation
{
    /// <summary>The axis of the first's vectors.</summary>
    public int Axisa { get; init; } = -1;

    /// <summary>The axis of the second's vectors.</summary>
    public int Axisb { get; init; } = -1;

    /// <summary>The axis of the result's vectors.</summary>
    public int Axisc { get; init; } = -1;

    /// <summary>All three axes in one.</summary>
    public int? Axis { get; init; }

    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, "x1"), Constants.SpecOf(given, "x2"));
        var (first, second) = (one.NeedIndex(Axis ?? Axisa), other.NeedIndex(Axis ?? Axisb));
        if (one.Shape[first] is not 3 || other.Shape[second] is not 3)
        {
            throw Misuse("takes vectors of three numbers");
        }

        var axes = Broadcast.Shapes(this, [new Shape(one.Shape.Where((_, i) => i != first)), new Shape(other.Shape.Where((_, i) => i != second))]).ToList();
        axes.Insert((Axis ?? Axisc) < 0 ? (Axis ?? Axisc) + axes.Count + 1 : Axis ?? Axisc, 3);
        return [new Spec(new Shape(axes), Broadcast.Types([one.Type, other.Type]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var one = Constants.TensorOf(given, "x1").movedim([Axis ?? Axisa], [-1]); // […, 3]
        var other = Constants.TensorOf(given, "x2").movedim([Axis ?? Axisb], [-1]);
        return [(one.roll(-1, -1) * other.roll(-2, -1) - (one.roll(-2, -1) * other.roll(-1, -1))).movedim([-1], [Axis ?? Axisc])];
    }
}

/// <summary>Products of all elements of the one with all of the other.</summary>
internal abstract record AllPairs : Operation
{
    internal sealed override string[] Parameters => ["x1", "x2"];

    /// <summary>The two tensors as axes that stand beside each other.</summary>
    private protected abstract IEnumerable<long?> Shape(IReadOnlyList<long?> one, IReadOnlyList<long?> other);

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, "x1"), Constants.SpecOf(given, "x2"));
        return [new Spec(new Shape(Shape(one.Shape, other.Shape)), Broadcast.Types([one.Type, other.Type]))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Compute(Constants.TensorOf(given, "x1"), Constants.TensorOf(given, "x2"))];

    /// <summary>Computes the products.</summary>
    private protected abstract Tensor Compute(Tensor one, Tensor other);
}

[KerasName("Outer")]
internal sealed record OuterOperation : AllPairs
{
    private protected override IEnumerable<long?> Shape(IReadOnlyList<long?> one, IReadOnlyList<long?> other) =>
        [one.Aggregate((long?)1, (product, length) => product * length), other.Aggregate((long?)1, (product, length) => product * length)];

    private protected override Tensor Compute(Tensor one, Tensor other) => one.flatten().unsqueeze(1) * other.flatten();
}

[KerasName("Kron")]
internal sealed record KronOperation : AllPairs
{
    private protected override IEnumerable<long?> Shape(IReadOnlyList<long?> one, IReadOnlyList<long?> other)
    {
        var rank = Math.Max(one.Count, other.Count);
        return Enumerable.Range(1, rank).Reverse().Select(fromEnd => (fromEnd <= one.Count ? one[^fromEnd] : 1) * (fromEnd <= other.Count ? other[^fromEnd] : 1));
    }

    private protected override Tensor Compute(Tensor one, Tensor other) => one.kron(other);
}

[KerasName("Vdot")]
internal sealed record VdotOperation : AllPairs
{
    private protected override IEnumerable<long?> Shape(IReadOnlyList<long?> one, IReadOnlyList<long?> other) => [];

    private protected override Tensor Compute(Tensor one, Tensor other) => (one.flatten() * other.flatten()).sum();
}

[KerasName("CDist"), KerasModule("math")]
internal sealed record CDistOperation : Operation
{
    internal override string[] Parameters => ["x", "y"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, "x").NeedRank(2), Constants.SpecOf(given, "y").NeedRank(2));
        var many = Broadcast.Shapes(this, [one.Shape.Slice(0, one.Rank - 2), other.Shape.Slice(0, other.Rank - 2)]);
        return [new Spec(new Shape([.. many, one.Shape[-2], other.Shape[-2]]), Broadcast.Types([one.Type, other.Type], withFraction: true))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [(Constants.TensorOf(given, "x").unsqueeze(-2) - Constants.TensorOf(given, "y").unsqueeze(-3)).square().sum(-1).sqrt()];
}
