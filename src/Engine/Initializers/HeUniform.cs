using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Uniform between ±√(6 / fan in).</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.HeUniform</c>; He et al. (2015).</remarks>
[KerasName("HeUniform", "he_uniform")]
public sealed record HeUniform : FanInitializer
{
    /// <inheritdoc/>
    protected override double Variance => 2;

    /// <inheritdoc/>
    protected override FanMode Fan => FanMode.FanIn;

    /// <inheritdoc/>
    protected override FanDistribution Law => FanDistribution.Uniform;
}
