using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The greatest value of each window of a volume, for each channel; the windows are as large as the output needs.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes
/// <c>[batch, output_size[0], output_size[1], output_size[2], channels]</c>; place <c>i</c> of an axis is made of the values from
/// <c>⌊i · length / output_size⌋</c> up to <c>⌈(i + 1) · length / output_size⌉</c>.
/// Source: Keras 3, <c>keras.layers.AdaptiveMaxPooling3D</c>.
/// </remarks>
/// <example>AdaptiveMaxPooling3D: { output_size: [2, 4, 4] }</example>
[KerasName("AdaptiveMaxPooling3D")]
public sealed record AdaptiveMaxPooling3D : AdaptivePooling
{
    /// <summary>Depth, height and width of the output.</summary>
    [PerAxis(3), AtLeast(1)]
    public required IReadOnlyList<int> OutputSize { get; init; }

    /// <inheritdoc/>
    private protected override IReadOnlyList<int> Sizes => OutputSize;

    /// <inheritdoc/>
    private protected override bool TakesMax => true;
}
