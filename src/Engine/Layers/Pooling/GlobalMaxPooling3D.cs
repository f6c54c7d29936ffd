using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The greatest value of each channel of a volume.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, channels]</c>, or <c>[batch, 1, 1, 1, channels]</c>
/// with <c>keepdims</c>.
/// Source: Keras 3, <c>keras.layers.GlobalMaxPooling3D</c>.
/// </remarks>
/// <example>GlobalMaxPooling3D</example>
[KerasName("GlobalMaxPooling3D", "GlobalMaxPool3D")]
public sealed record GlobalMaxPooling3D : GlobalMaxPooling
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 3;
}
