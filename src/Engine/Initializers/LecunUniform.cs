using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Uniform between ±√(3 / fan in).</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.LecunUniform</c>; LeCun et al. (1998).</remarks>
[KerasName("LecunUniform", "lecun_uniform")]
public sealed record LecunUniform : FanInitializer
{
    /// <inheritdoc/>
    protected override double Variance => 1;

    /// <inheritdoc/>
    protected override FanMode Fan => FanMode.FanIn;

    /// <inheritdoc/>
    protected override FanDistribution Law => FanDistribution.Uniform;
}
