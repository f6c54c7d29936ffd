using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

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

[KerasName("Normalize"), KerasModule("nn")]
internal sealed record NormalizeOperation : Shaped
{
    private const double LeastLength = 1e-7;

    /// <summary>The axes over which the length is taken.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <summary>The power of the norm.</summary>
    [AtLeast(1)]
    public int Order { get; init; } = 2;

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

[KerasName("Moments"), KerasModule("nn")]
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
