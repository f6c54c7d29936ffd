using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Nansum")]
internal sealed record NansumOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => x.nan_to_num(0, double.PositiveInfinity, double.NegativeInfinity).sum(axes, Keepdims);
}

[KerasName("Nanprod")]
internal sealed record NanprodOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) =>
        axes.OrderDescending().Aggregate(x.masked_fill(x.isnan(), 1), (y, axis) => y.prod(axis, Keepdims, y.dtype));
}

[KerasName("Nanmax")]
internal sealed record NanmaxOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => Missing.WhereAny(x, axes, Keepdims, x.masked_fill(x.isnan(), double.NegativeInfinity).amax(axes, Keepdims));
}

[KerasName("Nanmin")]
internal sealed record NanminOperation : KeepingReduction
{
    private protected override Tensor Reduce(Tensor x, long[] axes) => Missing.WhereAny(x, axes, Keepdims, x.masked_fill(x.isnan(), double.PositiveInfinity).amin(axes, Keepdims));
}

[KerasName("Nanmean")]
internal sealed record NanmeanOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes) => Missing.Mean(x, axes, Keepdims);
}

[KerasName("Nanvar")]
internal sealed record NanvarOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes) => Missing.Variance(x, axes, Keepdims);
}

[KerasName("Nanstd")]
internal sealed record NanstdOperation : KeepingReduction
{
    private protected override DataType TypeOf(DataType type) => Broadcast.Types([type], withFraction: true);

    private protected override Tensor Reduce(Tensor x, long[] axes) => Missing.Variance(x, axes, Keepdims).sqrt();
}

[KerasName("Nanargmax")]
internal sealed record NanargmaxOperation : Place
{
    private protected override Tensor Find(Tensor x, int axis, bool keep) => x.masked_fill(x.isnan(), double.NegativeInfinity).argmax(axis, keep);
}

[KerasName("Nanargmin")]
internal sealed record NanargminOperation : Place
{
    private protected override Tensor Find(Tensor x, int axis, bool keep) => x.masked_fill(x.isnan(), double.PositiveInfinity).argmin(axis, keep);
}

[KerasName("Nancumsum")]
internal sealed record NancumsumOperation : Running
{
    private protected override Tensor Run(Tensor x, int axis) => x.masked_fill(x.isnan(), 0).cumsum(axis, x.dtype);
}

[KerasName("Nancumprod")]
internal sealed record NancumprodOperation : Running
{
    private protected override Tensor Run(Tensor x, int axis) => x.masked_fill(x.isnan(), 1).cumprod(axis, x.dtype);
}

/// <summary>Figures over what is a number.</summary>
internal static class Missing
{
    /// <summary>The mean of what is a number.</summary>
    internal static Tensor Mean(Tensor x, long[] axes, bool keep)
    {
        var (real, missing) = (x.is_floating_point() ? x : x.to_type(ScalarType.Float32), x.isnan());
        return real.masked_fill(missing, 0).sum(axes, keep) / missing.logical_not().to_type(real.dtype).sum(axes, keep);
    }

    /// <summary>The variance of what is a number. What is none is taken out before the square, or it would spoil every gradient.</summary>
    internal static Tensor Variance(Tensor x, long[] axes, bool keep)
    {
        var (known, count) = (x.isnan().logical_not(), x.isnan().logical_not().to_type(ScalarType.Float32).sum(axes, keep));
        var apart = x.masked_fill(known.logical_not(), 0) - Mean(x, axes, keep: true);
        return apart.masked_fill(known.logical_not(), 0).square().sum(axes, keep) / count;
    }

    /// <summary>A result where there was a number at all.</summary>
    internal static Tensor WhereAny(Tensor x, long[] axes, bool keep, Tensor result) =>
        result.masked_fill(x.isnan().logical_not().to_type(ScalarType.Int64).sum(axes, keep).eq(0), double.NaN);
}
