using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The mean of each window of a volume, for each channel; padding is left out of the mean.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, new depth, new height, new width, channels]</c>; a
/// length becomes <c>⌊(length − pool_size) / stride⌋ + 1</c> with padding <c>valid</c>, and <c>⌈length / stride⌉</c> with
/// <c>same</c>.
/// Errors: with <c>valid</c> the window must fit into the input.
/// Source: Keras 3, <c>keras.layers.AveragePooling3D</c>.
/// </remarks>
/// <example>AveragePooling3D: { pool_size: [2, 2, 2] }</example>
[KerasName("AveragePooling3D", "AvgPool3D")]
public sealed record AveragePooling3D : AveragePooling
{
    /// <summary>Depth, height and width of the window.</summary>
    [PerAxis(3), AtLeast(1)]
    public required IReadOnlyList<int> PoolSize { get; init; }

    /// <summary>How far the window moves; null is by its own size.</summary>
    [PerAxis(3), AtLeast(1)]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <inheritdoc/>
    private protected override Window Window => Window.Dense(PoolSize, Strides ?? PoolSize, Padding);
}
