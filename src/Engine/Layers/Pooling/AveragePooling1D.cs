using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The mean of each window of a sequence, for each channel; padding is left out of the mean.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, channels]</c>; a length becomes
/// <c>⌊(length − pool_size) / stride⌋ + 1</c> with padding <c>valid</c>, and <c>⌈length / stride⌉</c> with <c>same</c>.
/// Errors: with <c>valid</c> the window must fit into the input.
/// Source: Keras 3, <c>keras.layers.AveragePooling1D</c>.
/// </remarks>
/// <example>AveragePooling1D: { pool_size: 2 }</example>
[KerasName("AveragePooling1D", "AvgPool1D")]
public sealed record AveragePooling1D : AveragePooling
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("pool_length")]
    public required IReadOnlyList<int> PoolSize { get; init; }

    /// <summary>How far the window moves; null is by its own size.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("stride")]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <inheritdoc/>
    private protected override Window Window => Window.Dense(PoolSize, Strides ?? PoolSize, Padding);
}
