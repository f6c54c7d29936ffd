using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The greatest value of each channel of a sequence.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, channels]</c>, or <c>[batch, 1, channels]</c> with <c>keepdims</c>.
/// Source: Keras 3, <c>keras.layers.GlobalMaxPooling1D</c>.
/// </remarks>
/// <example>GlobalMaxPooling1D</example>
[KerasName("GlobalMaxPooling1D", "GlobalMaxPool1D")]
public sealed record GlobalMaxPooling1D : GlobalMaxPooling
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 1;
}
