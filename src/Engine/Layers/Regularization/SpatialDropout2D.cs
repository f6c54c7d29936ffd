using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>In training, sets a random part of the channels of images to 0, each as a whole, and multiplies the others by <c>1 / (1 − rate)</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Source: Keras 3, <c>keras.layers.SpatialDropout2D</c>; Tompson et al. (2014).
/// </remarks>
/// <example>SpatialDropout2D: { rate: 0.25 }</example>
[KerasName("SpatialDropout2D")]
public sealed record SpatialDropout2D : SpatialDropout
{
    /// <summary>Where the channels stand; null is Keras's default, channels last.</summary>
    [OldName("dim_ordering")]
    public Channels? DataFormat { get; init => field = value ?? Channels.Last; } = Channels.Last;

    /// <inheritdoc/>
    private protected override int SpaceRank => 2;

    /// <inheritdoc/>
    private protected override Channels? Format => DataFormat;
}
