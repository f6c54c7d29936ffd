using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over sequences in which every place has a kernel of its own.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, filters]</c>, lengths as those of Conv1D.
/// Weights: <c>kernel [new steps, kernel_size · channels, filters]</c> (with <c>implementation</c> 1),
/// <c>bias [new steps, filters]</c>, as Keras 2 saves them.
/// Errors: the lengths of all axes but the batch must be known; padding <c>same</c> needs <c>implementation</c> 2 or 3.
/// Source: Keras 2, <c>keras.layers.LocallyConnected1D</c>; Keras 3 has none.
/// </remarks>
/// <example>LocallyConnected1D: { filters: 4, kernel_size: 3, activation: relu }</example>
[KerasName("LocallyConnected1D")]
public sealed record LocallyConnected1D : LocallyConnected
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("filter_length")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("subsample_length")]
    public IReadOnlyList<int> Strides { get; init; } = [1];

    /// <inheritdoc/>
    private protected override Window Window => Window.Dense(KernelSize, Strides, Padding);
}
