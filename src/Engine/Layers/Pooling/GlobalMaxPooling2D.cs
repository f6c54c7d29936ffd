using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The greatest value of each channel of an image.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, channels]</c>, or <c>[batch, 1, 1, channels]</c> with
/// <c>keepdims</c>.
/// Source: Keras 3, <c>keras.layers.GlobalMaxPooling2D</c>.
/// </remarks>
/// <example>GlobalMaxPooling2D</example>
[KerasName("GlobalMaxPooling2D", "GlobalMaxPool2D")]
public sealed record GlobalMaxPooling2D : GlobalMaxPooling
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 2;
}
