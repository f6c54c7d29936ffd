using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Where numbers would stand in a sorted row.</summary>
internal abstract record Search : Operation
{
    /// <summary>The row, and the numbers that are looked for.</summary>
    private protected abstract (string Row, string Numbers) Names { get; }

    /// <summary>Whether a number that is in the row stands behind it.</summary>
    private protected abstract bool Behind { get; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given) => [new Spec(Constants.SpecOf(given, Names.Numbers).Shape, DataType.Int32)];

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (row, numbers) = (Constants.TensorOf(given, Names.Row), Constants.TensorOf(given, Names.Numbers));
        var before = Behind ? row.le(numbers.unsqueeze(-1)) : row.lt(numbers.unsqueeze(-1)); // […, row]
        return [before.sum(-1).to_type(ScalarType.Int32)];
    }
}

[KerasName("Digitize")]
internal sealed record DigitizeOperation : Search
{
    internal override string[] Parameters => ["x", "bins"];

    private protected override (string Row, string Numbers) Names => ("bins", "x");

    private protected override bool Behind => true;
}

[KerasName("SearchSorted")]
internal sealed record SearchSortedOperation : Search
{
    /// <summary>On which side of a like number.</summary>
    public Side Side { get; init; }

    internal override string[] Parameters => ["sorted_sequence", "values"];

    private protected override (string Row, string Numbers) Names => ("sorted_sequence", "values");

    private protected override bool Behind => Side == Side.Right;
}

/// <summary>A side.</summary>
internal enum Side
{
    /// <summary>Before it.</summary>
    Left,

    /// <summary>Behind it.</summary>
    Right,
}

[KerasName("IsIn")]
[IgnoredOption("assume_unique")]
internal sealed record IsInOperation : Operation
{
    /// <summary>Whether what is not there is marked.</summary>
    public bool Invert { get; init; }

    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [new Spec(Constants.SpecOf(given, "x1").Shape, DataType.Bool)];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var there = Constants.TensorOf(given, "x1").unsqueeze(-1).eq(Constants.TensorOf(given, "x2").flatten()).any(-1);
        return [Invert ? there.logical_not() : there];
    }
}

[KerasName("TopK"), KerasModule("math")]
internal sealed record TopKOperation : Operation
{
    /// <summary>How many.</summary>
    [AtLeast(1)]
    public required int K { get; init; }

    /// <summary>Whether the greatest comes first.</summary>
    public bool Sorted { get; init; } = true;

    internal override string[] Parameters => ["x"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedRank(1).WithLast(K);
        return [x, x with { Type = DataType.Int32 }];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (values, places) = given.Tensor("x").topk(K, sorted: Sorted);
        return [values, places.to_type(ScalarType.Int32)];
    }
}

[KerasName("InTopK"), KerasModule("math")]
internal sealed record InTopKOperation : Operation
{
    /// <summary>Among how many.</summary>
    [AtLeast(1)]
    public required int K { get; init; }

    internal override string[] Parameters => ["targets", "predictions"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("targets") with { Type = DataType.Bool }];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var predictions = given.Tensor("predictions");
        var meant = predictions.gather(-1, given.Tensor("targets").to_type(ScalarType.Int64).unsqueeze(-1)); // [batch, 1]
        return [meant.ge(predictions.topk(K).values.narrow(-1, K - 1, 1)).squeeze(-1)];
    }
}

/// <summary>What elements that bear the same number make together.</summary>
[KerasModule("math")]
[IgnoredOption("sorted")]
internal abstract record Segments : Operation
{
    /// <summary>How many numbers there are.</summary>
    [AtLeast(1)]
    public required int NumSegments { get; init; }

    internal sealed override string[] Parameters => ["data", "segment_ids"];

    /// <summary>What the elements of each number make, where the others are left empty.</summary>
    /// <param name="x"><c>[numbers, elements, …]</c>.</param>
    private protected abstract Tensor Together(Tensor x);

    /// <summary>What a number that no element bears has.</summary>
    private protected abstract double Empty { get; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var data = Constants.SpecOf(given, "data").NeedRank(1);
        return [data.With(data.Shape.With(0, NumSegments))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (data, numbers) = (Constants.TensorOf(given, "data"), Constants.TensorOf(given, "segment_ids").to_type(ScalarType.Int64));
        var others = arange(NumSegments).unsqueeze(1).ne(numbers).reshape([NumSegments, -1, .. Enumerable.Repeat(1L, (int)data.dim() - 1)]); // [numbers, elements, 1…]
        return [Together(data.unsqueeze(0).masked_fill(others, Empty))];
    }
}

[KerasName("SegmentSum")]
internal sealed record SegmentSumOperation : Segments
{
    private protected override Tensor Together(Tensor x) => x.sum([1L], type: x.dtype);

    private protected override double Empty => 0;
}

[KerasName("SegmentProd")]
internal sealed record SegmentProdOperation : Segments
{
    private protected override Tensor Together(Tensor x) => x.prod(1, type: x.dtype);

    private protected override double Empty => 1;
}

[KerasName("SegmentMax")]
internal sealed record SegmentMaxOperation : Segments
{
    private protected override Tensor Together(Tensor x) => x.amax([1L]);

    private protected override double Empty => double.NegativeInfinity;
}

[KerasName("SegmentMin")]
internal sealed record SegmentMinOperation : Segments
{
    private protected override Tensor Together(Tensor x) => x.amin([1L]);

    private protected override double Empty => double.PositiveInfinity;
}
