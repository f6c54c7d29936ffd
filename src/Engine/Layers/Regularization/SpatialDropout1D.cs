using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>In training, sets a random part of the channels of sequences to 0, each as a whole, and multiplies the others by <c>1 / (1 − rate)</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, time, channels]</c>.
/// Source: Keras 3, <c>keras.layers.SpatialDropout1D</c>; Tompson et al. (2014).
/// </remarks>
/// <example>SpatialDropout1D: { rate: 0.25 }</example>
[KerasName("SpatialDropout1D")]
public sealed record SpatialDropout1D : SpatialDropout
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 1;

    /// <inheritdoc/>
    private protected override Channels? Format => Channels.Last;
}
