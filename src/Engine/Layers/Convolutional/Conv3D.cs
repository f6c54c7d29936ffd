using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over volumes: every output sees a window of the input, and all share one kernel.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, new depth, new height, new width, filters]</c>; a
/// length becomes <c>⌊(length − reach) / stride⌋ + 1</c> with padding <c>valid</c>, where
/// <c>reach = (kernel_size − 1) · dilation_rate + 1</c>, and <c>⌈length / stride⌉</c> with <c>same</c>.
/// Weights: <c>kernel [depth, height, width, channels / groups, filters]</c>, <c>bias [filters]</c>, as Keras saves them.
/// Errors: the number of channels must be known and both it and <c>filters</c> divide by <c>groups</c>; with <c>valid</c> the
/// kernel must fit into the input; strides and dilation cannot both be above 1.
/// Source: Keras 3, <c>keras.layers.Conv3D</c>.
/// </remarks>
/// <example>Conv3D: { filters: 8, kernel_size: [3, 3, 3], padding: same, activation: relu }</example>
[KerasName("Conv3D", "Convolution3D")]
public sealed record Conv3D : Convolution
{
    /// <summary>Depth, height and width of the window.</summary>
    [PerAxis(3), AtLeast(1)]
    [OldParts("kernel_dim1", "kernel_dim2", "kernel_dim3")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves along each axis.</summary>
    [PerAxis(3), AtLeast(1)]
    [OldName("subsample")]
    public IReadOnlyList<int> Strides { get; init; } = [1, 1, 1];

    /// <summary>What the window sees at the borders.</summary>
    [OldName("border_mode")]
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window sees.</summary>
    [PerAxis(3), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1, 1, 1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
