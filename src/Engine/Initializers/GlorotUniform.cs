using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Uniform between ±√(6 / (fan in + fan out)).</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.GlorotUniform</c>; Glorot and Bengio (2010), eq. 16.</remarks>
[KerasName("GlorotUniform", "glorot_uniform")]
public sealed record GlorotUniform : FanInitializer
{
    /// <inheritdoc/>
    protected override double Variance => 1;

    /// <inheritdoc/>
    protected override FanMode Fan => FanMode.FanAvg;

    /// <inheritdoc/>
    protected override FanDistribution Law => FanDistribution.Uniform;
}
