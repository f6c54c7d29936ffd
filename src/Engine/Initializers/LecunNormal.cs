using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Normal with variance 1 / fan in, cut off at two deviations.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.LecunNormal</c>; LeCun et al. (1998).</remarks>
[KerasName("LecunNormal", "lecun_normal")]
public sealed record LecunNormal : FanInitializer
{
    /// <inheritdoc/>
    protected override double Variance => 1;

    /// <inheritdoc/>
    protected override FanMode Fan => FanMode.FanIn;

    /// <inheritdoc/>
    protected override FanDistribution Law => FanDistribution.TruncatedNormal;
}
