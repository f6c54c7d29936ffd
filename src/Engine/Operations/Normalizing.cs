using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation that keeps the shape of its first argument, and computes at least in float32.</summary>
internal abstract record Normalizing : Operation
{
    private protected const double LeastDivisor = 1e-7; // Keras's epsilon

    /// <summary>The axes that are normalized together.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        x.NeedAxes(Axis);
        return [x];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        var wide = x.to_type(x.dtype == ScalarType.Float64 ? x.dtype : ScalarType.Float32);
        long[] axes = [.. Axis.Select(axis => axis < 0 ? axis + x.dim() : axis).Order()];
        return [Normalize(wide, axes, given).to_type(x.dtype)];
    }

    /// <summary>Computes the result.</summary>
    private protected abstract Tensor Normalize(Tensor x, long[] axes, Given<Tensor> given);

    /// <summary>A tensor with the lengths of some axes, seen along those of the whole.</summary>
    private protected static Tensor Along(Tensor values, Tensor x, long[] axes) => values.dim() == x.dim() ? values
        : values.reshape([.. x.shape.Select((length, axis) => axes.Contains(axis) ? length : 1)]);
}

[KerasName("LayerNorm"), KerasModule("nn")]
internal sealed record LayerNormOperation : Normalizing
{
    /// <summary>Added to the variance; null is Keras's epsilon.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Whether the mean is left in.</summary>
    public bool RmsScaling { get; init; }

    internal override string[] Parameters => ["x", "gamma", "beta"];

    private protected override Tensor Normalize(Tensor x, long[] axes, Given<Tensor> given)
    {
        var scale = (x.var(axes, unbiased: false, keepdim: true) + (Epsilon ?? LeastDivisor)).rsqrt();
        var y = (RmsScaling ? x : x - x.mean(axes, keepdim: true)) * scale;
        y = Constants.MaybeTensorOf(given, "gamma") is { } gamma ? y * Along(gamma, x, axes) : y;
        return !RmsScaling && Constants.MaybeTensorOf(given, "beta") is { } beta ? y + Along(beta, x, axes) : y;
    }
}

[KerasName("RMSNorm"), KerasModule("nn")]
internal sealed record RMSNormOperation : Normalizing
{
    /// <summary>Added to the mean square; null is Keras's epsilon.</summary>
    public double? Epsilon { get; init; }

    internal override string[] Parameters => ["x", "scale"];

    private protected override Tensor Normalize(Tensor x, long[] axes, Given<Tensor> given)
    {
        var y = x * (x.square().mean(axes, keepdim: true) + (Epsilon ?? LeastDivisor)).rsqrt();
        return Constants.MaybeTensorOf(given, "scale") is { } scale ? y * scale : y;
    }
}

[KerasName("BatchNorm"), KerasModule("nn")]
internal sealed record BatchNormOperation : Normalizing
{
    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; init; } = 1e-3;

    internal override string[] Parameters => ["x", "mean", "variance", "offset", "scale"];

    private protected override Tensor Normalize(Tensor x, long[] axes, Given<Tensor> given)
    {
        var y = (x - Along(Constants.TensorOf(given, "mean"), x, axes)) * (Along(Constants.TensorOf(given, "variance"), x, axes) + Epsilon).rsqrt();
        y = Constants.MaybeTensorOf(given, "scale") is { } scale ? y * Along(scale, x, axes) : y;
        return Constants.MaybeTensorOf(given, "offset") is { } offset ? y + Along(offset, x, axes) : y;
    }
}
