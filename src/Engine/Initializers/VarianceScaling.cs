using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Values with a variance of <c>scale / fan</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.VarianceScaling</c>.</remarks>
[KerasName("VarianceScaling", "variance_scaling")]
public sealed record VarianceScaling : FanInitializer
{
    /// <summary>The variance, times the fan.</summary>
    [Above(0)]
    public double Scale { get; init; } = 1;

    /// <summary>Which fan the variance is divided by.</summary>
    public FanMode Mode { get; init; } = FanMode.FanIn;

    /// <summary>How the values are distributed.</summary>
    public FanDistribution Distribution { get; init; } = FanDistribution.TruncatedNormal;

    /// <inheritdoc/>
    protected override double Variance => Scale;

    /// <inheritdoc/>
    protected override FanMode Fan => Mode;

    /// <inheritdoc/>
    protected override FanDistribution Law => Distribution;
}
