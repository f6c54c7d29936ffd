using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

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

[KerasName("Average")]
internal sealed record AverageOperation : Operation
{
    /// <summary>The axis that goes; null is all.</summary>
    public int? Axis { get; init; }

    internal override string[] Parameters => ["x", "weights"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var at = Axis is { } axis ? axis < 0 ? axis + x.Rank : axis : -1;
        return [new Spec(new Shape(Axis is null ? [] : x.Shape.Where((_, i) => i != at)), Broadcast.Types([x.Type], withFraction: true))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        x = x.is_floating_point() ? x : x.to_type(ScalarType.Float32);
        var weights = given["weights"] is null ? ones_like(x) : Constants.TensorOf(given, "weights").to_type(x.dtype);
        if (weights.dim() == 1 && x.dim() > 1 && Axis is { } axis)
        {
            var along = Enumerable.Repeat(1L, (int)x.dim()).ToArray();
            along[axis < 0 ? axis + along.Length : axis] = weights.shape[0];
            weights = weights.reshape(along);
        }

        weights = weights.expand_as(x);
        return [Axis is { } one ? (x * weights).sum(one) / weights.sum(one) : (x * weights).sum() / weights.sum()];
    }
}

[KerasName("Normalize")]
internal sealed record NormalizeOperation : Shaped
{
    private const double LeastLength = 1e-7;

    /// <summary>The axes over which the length is taken.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <summary>The power of the norm.</summary>
    [AtLeast(1)]
    public double Order { get; init; } = 2;

    /// <summary>The least length that is divided by; null is 1e-7.</summary>
    public double? Epsilon { get; init; }

    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Compute(Tensor x)
    {
        long[] axes = [.. Axis.Select(axis => (long)axis)];
        var least = Epsilon ?? LeastLength;
        return Order == 2 ? x * x.square().sum(axes, keepdim: true).rsqrt().clamp(max: 1 / least)
            : x / NormOperation.Of(x, axes, Order, keep: true).clamp(min: least);
    }
}

[KerasName("Moments")]
internal sealed record MomentsOperation : Operation
{
    /// <summary>The axes that go.</summary>
    [OneOrMore]
    public required IReadOnlyList<int> Axes { get; init; }

    /// <summary>Whether they stay with a length of 1.</summary>
    public bool Keepdims { get; init; }

    /// <summary>Whether several machines count together; there is one here.</summary>
    public bool Synchronized { get; init; }

    internal override string[] Parameters => ["x"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var gone = Axes.Select(axis => axis < 0 ? axis + x.Rank : axis).ToList();
        var one = new Spec(new Shape(x.Shape.Select((length, i) => gone.Contains(i) ? Keepdims ? 1 : -1 : length).Where(length => length != -1)), x.Type);
        return [one, one];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        long[] axes = [.. Axes.Select(axis => (long)axis)];
        return [x.mean(axes, Keepdims), x.var(axes, unbiased: false, keepdim: Keepdims)];
    }
}
