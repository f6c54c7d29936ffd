using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over images in which every place has a kernel of its own.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, filters]</c>, lengths as those of Conv2D.
/// Weights: <c>kernel [new height · new width, kernel_size · channels, filters]</c> (with <c>implementation</c> 1),
/// <c>bias [new height, new width, filters]</c>, as Keras 2 saves them.
/// Errors: the lengths of all axes but the batch must be known; padding <c>same</c> needs <c>implementation</c> 2 or 3.
/// Source: Keras 2, <c>keras.layers.LocallyConnected2D</c>; Keras 3 has none.
/// </remarks>
/// <example>LocallyConnected2D: { filters: 4, kernel_size: [3, 3], activation: relu }</example>
[KerasName("LocallyConnected2D")]
public sealed record LocallyConnected2D : LocallyConnected
{
    /// <summary>Height and width of the window.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldParts("nb_row", "nb_col")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves, down and to the right.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldName("subsample")]
    public IReadOnlyList<int> Strides { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override Window Window => Window.Dense(KernelSize, Strides, Padding);
}
