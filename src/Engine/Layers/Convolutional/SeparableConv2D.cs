using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over images in two parts: one of each channel by itself, then one that mixes the channels of each place.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, filters]</c>, lengths as those of
/// Conv2D.
/// Weights: <c>depthwise_kernel [height, width, channels, depth_multiplier]</c>,
/// <c>pointwise_kernel [1, 1, channels · depth_multiplier, filters]</c>, <c>bias [filters]</c>, as Keras saves them.
/// Errors: the number of channels must be known; with <c>valid</c> the kernel must fit into the input.
/// Source: Keras 3, <c>keras.layers.SeparableConv2D</c>.
/// </remarks>
/// <example>SeparableConv2D: { filters: 32, kernel_size: [3, 3], padding: same, activation: relu }</example>
[KerasName("SeparableConv2D", "SeparableConvolution2D")]
public sealed record SeparableConv2D : SeparableConvolution
{
    /// <summary>Height and width of the window.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldParts("nb_row", "nb_col")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves, down and to the right.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldName("subsample")]
    public IReadOnlyList<int> Strides { get; init; } = [1, 1];

    /// <summary>What the window sees at the borders.</summary>
    [OldName("border_mode")]
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window sees.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
