using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The greatest value of each window of a sequence, for each channel; the windows are as large as the output needs.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, output_size, channels]</c>; place <c>i</c> of an axis is made of the
/// values from <c>⌊i · length / output_size⌋</c> up to <c>⌈(i + 1) · length / output_size⌉</c>.
/// Source: Keras 3, <c>keras.layers.AdaptiveMaxPooling1D</c>.
/// </remarks>
/// <example>AdaptiveMaxPooling1D: { output_size: 4 }</example>
[KerasName("AdaptiveMaxPooling1D")]
public sealed record AdaptiveMaxPooling1D : AdaptivePooling
{
    /// <summary>Length of the output.</summary>
    [PerAxis(1), AtLeast(1)]
    public required IReadOnlyList<int> OutputSize { get; init; }

    /// <inheritdoc/>
    private protected override IReadOnlyList<int> Sizes => OutputSize;

    /// <inheritdoc/>
    private protected override bool TakesMax => true;
}
