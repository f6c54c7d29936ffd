using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, stretches or shrinks the height of images, the same of all images of a batch.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c>, with a height that is not known.
/// Out of training, images are left as they are.
/// Source: Keras 2, <c>keras.layers.RandomHeight</c>; Keras 3 has none.
/// </remarks>
/// <example>RandomHeight: { factor: 0.2, input_shape: [8, 8, 3] }</example>
[KerasName("RandomHeight")]
public sealed record RandomHeight : RandomStretch
{
    /// <inheritdoc/>
    private protected override int Axis => 0;
}
