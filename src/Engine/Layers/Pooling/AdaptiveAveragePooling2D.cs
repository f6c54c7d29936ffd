using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The mean of each window of an image, for each channel; the windows are as large as the output needs.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, output_size[0], output_size[1], channels]</c>; place <c>i</c>
/// of an axis is made of the values from <c>⌊i · length / output_size⌋</c> up to <c>⌈(i + 1) · length / output_size⌉</c>.
/// Source: Keras 3, <c>keras.layers.AdaptiveAveragePooling2D</c>.
/// </remarks>
/// <example>AdaptiveAveragePooling2D: { output_size: [4, 4] }</example>
[KerasName("AdaptiveAveragePooling2D")]
public sealed record AdaptiveAveragePooling2D : AdaptivePooling
{
    /// <summary>Height and width of the output.</summary>
    [PerAxis(2), AtLeast(1)]
    public required IReadOnlyList<int> OutputSize { get; init; }

    /// <inheritdoc/>
    private protected override IReadOnlyList<int> Sizes => OutputSize;

    /// <inheritdoc/>
    private protected override bool TakesMax => false;
}
