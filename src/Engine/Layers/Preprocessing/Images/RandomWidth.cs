using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, stretches or shrinks the width of images, the same of all images of a batch.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c>, with a width that is not known.
/// Out of training, images are left as they are.
/// Source: Keras 2, <c>keras.layers.RandomWidth</c>; Keras 3 has none.
/// </remarks>
/// <example>RandomWidth: { factor: 0.2, input_shape: [8, 8, 3] }</example>
[KerasName("RandomWidth")]
public sealed record RandomWidth : RandomStretch
{
    /// <inheritdoc/>
    private protected override int Axis => 1;
}
