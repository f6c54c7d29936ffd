using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The greatest value of each window of a sequence, for each channel.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, channels]</c>; a length becomes
/// <c>⌊(length − pool_size) / stride⌋ + 1</c> with padding <c>valid</c>, and <c>⌈length / stride⌉</c> with <c>same</c>.
/// Errors: with <c>valid</c> the window must fit into the input.
/// Source: Keras 3, <c>keras.layers.MaxPooling1D</c>.
/// </remarks>
/// <example>MaxPooling1D: { pool_size: 2 }</example>
[KerasName("MaxPooling1D", "MaxPool1D")]
public sealed record MaxPooling1D : MaxPooling
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("pool_length")]
    public IReadOnlyList<int> PoolSize { get; init; } = [2];

    /// <summary>How far the window moves; null is by its own size.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("stride")]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <inheritdoc/>
    private protected override Window Window => Window.Dense(PoolSize, Strides ?? PoolSize, Padding);
}
