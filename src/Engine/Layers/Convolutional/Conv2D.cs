using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over images: every output sees a window of the input, and all share one kernel.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, filters]</c>; a length becomes
/// <c>⌊(length − reach) / stride⌋ + 1</c> with padding <c>valid</c>, where <c>reach = (kernel_size − 1) · dilation_rate + 1</c>,
/// and <c>⌈length / stride⌉</c> with <c>same</c>.
/// Weights: <c>kernel [height, width, channels / groups, filters]</c>, <c>bias [filters]</c>, as Keras saves them.
/// Errors: the number of channels must be known and both it and <c>filters</c> divide by <c>groups</c>; with <c>valid</c> the
/// kernel must fit into the input; strides and dilation cannot both be above 1.
/// Source: Keras 3, <c>keras.layers.Conv2D</c>.
/// </remarks>
/// <example>Conv2D: { filters: 32, kernel_size: [3, 3], activation: relu }</example>
[KerasName("Conv2D", "Convolution2D", "AtrousConvolution2D", "AtrousConv2D")]
public sealed record Conv2D : Convolution
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
    [OldName("atrous_rate")]
    public IReadOnlyList<int> DilationRate { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
