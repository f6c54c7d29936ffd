using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, mirrors some images.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// An image that is mirrored both ways is turned by half a circle.
/// Source: Keras 3, <c>keras.layers.RandomFlip</c>.
/// </remarks>
/// <example>RandomFlip: { mode: horizontal }</example>
[KerasName("RandomFlip")]
public sealed record RandomFlip : ImageAugmentation
{
    /// <summary>Which way images are mirrored; with both, an image is mirrored both ways or not at all.</summary>
    public FlipMode Mode { get; init; } = FlipMode.Both;

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        long[] axes = Mode switch { FlipMode.Horizontal => [3], FlipMode.Vertical => [2], _ => [2, 3] };
        return where(draws.Chosen(new(0.5, 0.5)), images.flip(axes), images);
    }
}

/// <summary>Which way images are mirrored.</summary>
public enum FlipMode
{
    /// <summary>Left becomes right.</summary>
    Horizontal,

    /// <summary>Top becomes bottom.</summary>
    Vertical,

    /// <summary>Both at once.</summary>
    [KerasName("horizontal_and_vertical")]
    Both,
}
