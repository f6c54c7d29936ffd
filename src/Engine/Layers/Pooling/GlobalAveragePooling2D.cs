using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The mean of each channel of an image.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, channels]</c>, or <c>[batch, 1, 1, channels]</c> with
/// <c>keepdims</c>.
/// Source: Keras 3, <c>keras.layers.GlobalAveragePooling2D</c>.
/// </remarks>
/// <example>GlobalAveragePooling2D</example>
[KerasName("GlobalAveragePooling2D", "GlobalAvgPool2D")]
public sealed record GlobalAveragePooling2D : GlobalAveragePooling
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 2;
}
