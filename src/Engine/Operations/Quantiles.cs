using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>The value below which a share of all lies; several shares make an axis in front.</summary>
internal abstract record Quantiles : Operation
{
    /// <summary>The axes that go; null is all.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    /// <summary>What is taken between two values.</summary>
    public Between Method { get; init; }

    /// <summary>Whether the axes stay with a length of 1.</summary>
    public bool Keepdims { get; init; }

    internal sealed override string[] Parameters => ["x", "q"];

    /// <summary>What all is.</summary>
    private protected virtual double Whole => 1;

    /// <summary>Whether what is no number is left out.</summary>
    private protected virtual bool LeavesOut => false;

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var gone = Axes(x.Rank);
        var kept = x.Shape.Select((length, i) => gone.Contains(i) ? Keepdims ? 1 : -1 : length).Where(length => length != -1);
        return [new Spec(new Shape([.. Constants.SpecOf(given, "q").Shape, .. kept]), Broadcast.Types([x.Type], withFraction: true))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        x = x.is_floating_point() ? x : x.to_type(ScalarType.Float32);
        var shares = Constants.TensorOf(given, "q").to_type(x.dtype) / Whole;
        var gone = Axes((int)x.dim());
        var kept = Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis).Except(gone).ToArray();
        var rows = x.permute([.. kept, .. gone]).flatten(kept.Length).sort(-1).Values; // [kept…, all]; what is no number comes last
        var counts = LeavesOut ? rows.isnan().logical_not().sum(-1, keepdim: true) : full([.. rows.shape[..^1], 1], rows.shape[^1], ScalarType.Int64);
        var places = shares.flatten() * (counts - 1).to_type(x.dtype); // [kept…, shares]
        var (low, high) = (places.floor().clamp(min: 0).to_type(ScalarType.Int64), places.ceil().clamp(min: 0).to_type(ScalarType.Int64));
        var (least, most) = (rows.gather(-1, low), rows.gather(-1, high));
        var y = Method switch
        {
            Between.Lower => least,
            Between.Higher => most,
            Between.Midpoint => (least + most) / 2,
            Between.Nearest => rows.gather(-1, places.round().to_type(ScalarType.Int64)),
            _ => least + ((most - least) * (places - low.to_type(x.dtype))),
        };
        y = LeavesOut ? y : y.masked_fill(rows.isnan().any(-1, keepdim: true), double.NaN);
        y = y.movedim([-1], [0]).reshape([.. shares.shape, .. y.shape[..^1]]);
        return [Keepdims ? gone.Order().Aggregate(y, (z, axis) => z.unsqueeze(axis + shares.dim())) : y];
    }

    private long[] Axes(int rank) => Axis is null ? [.. Enumerable.Range(0, rank).Select(axis => (long)axis)]
        : [.. Axis.Select(axis => (long)(axis < 0 ? axis + rank : axis))];
}

/// <summary>What a quantile between two values is.</summary>
internal enum Between
{
    /// <summary>On the straight line from the one to the other.</summary>
    Linear,

    /// <summary>The lesser.</summary>
    Lower,

    /// <summary>The greater.</summary>
    Higher,

    /// <summary>Their mean.</summary>
    Midpoint,

    /// <summary>The nearer.</summary>
    Nearest,
}

[KerasName("Quantile")]
internal sealed record QuantileOperation : Quantiles;

[KerasName("Percentile")]
internal sealed record PercentileOperation : Quantiles
{
    private protected override double Whole => 100;
}

[KerasName("Nanquantile")]
internal sealed record NanquantileOperation : Quantiles
{
    private protected override bool LeavesOut => true;
}

[KerasName("Nanpercentile")]
internal sealed record NanpercentileOperation : Quantiles
{
    private protected override double Whole => 100;

    private protected override bool LeavesOut => true;
}

[KerasName("Ptp")]
internal sealed record PtpOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => x.amax(axes, Keepdims) - x.amin(axes, Keepdims);
}

[KerasName("Nanmedian")]
internal sealed record NanmedianOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes)
    {
        var kept = Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis).Except(axes).ToArray();
        var rows = x.permute([.. kept, .. axes]).flatten(kept.Length).sort(-1).Values; // [kept…, all]; what is no number comes last
        var count = rows.isnan().logical_not().sum(-1, keepdim: true);
        var middle = ((rows.gather(-1, ((count - 1) / 2).floor().clamp(min: 0).to_type(ScalarType.Int64)) + rows.gather(-1, (count / 2).floor().to_type(ScalarType.Int64).clamp(max: rows.shape[^1] - 1))) / 2).squeeze(-1);
        return Keepdims ? axes.Order().Aggregate(middle, (y, axis) => y.unsqueeze(axis)) : middle;
    }
}
