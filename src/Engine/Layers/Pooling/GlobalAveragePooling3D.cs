using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The mean of each channel of a volume.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, channels]</c>, or <c>[batch, 1, 1, 1, channels]</c>
/// with <c>keepdims</c>.
/// Source: Keras 3, <c>keras.layers.GlobalAveragePooling3D</c>.
/// </remarks>
/// <example>GlobalAveragePooling3D</example>
[KerasName("GlobalAveragePooling3D", "GlobalAvgPool3D")]
public sealed record GlobalAveragePooling3D : GlobalAveragePooling
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 3;
}
