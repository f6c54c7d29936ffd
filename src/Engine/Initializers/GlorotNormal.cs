using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Normal with variance 2 / (fan in + fan out), cut off at two deviations.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.GlorotNormal</c>; Glorot and Bengio (2010), eq. 12.</remarks>
[KerasName("GlorotNormal", "glorot_normal")]
public sealed record GlorotNormal : FanInitializer
{
    /// <inheritdoc/>
    protected override double Variance => 1;

    /// <inheritdoc/>
    protected override FanMode Fan => FanMode.FanAvg;

    /// <inheritdoc/>
    protected override FanDistribution Law => FanDistribution.TruncatedNormal;
}
