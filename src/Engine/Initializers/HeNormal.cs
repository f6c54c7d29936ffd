using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Normal with variance 2 / fan in, cut off at two deviations.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.HeNormal</c>; He et al. (2015).</remarks>
[KerasName("HeNormal", "he_normal")]
public sealed record HeNormal : FanInitializer
{
    /// <inheritdoc/>
    protected override double Variance => 2;

    /// <inheritdoc/>
    protected override FanMode Fan => FanMode.FanIn;

    /// <inheritdoc/>
    protected override FanDistribution Law => FanDistribution.TruncatedNormal;
}
