using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over sequences in which every channel has filters of its own.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, channels · depth_multiplier]</c>, lengths as those of
/// Conv1D; channel <c>c · depth_multiplier + m</c> comes from channel <c>c</c>.
/// Weights: <c>kernel [steps, channels, depth_multiplier]</c>, <c>bias [channels · depth_multiplier]</c>, as Keras saves them.
/// Errors: the number of channels must be known; with <c>valid</c> the kernel must fit into the input.
/// Source: Keras 3, <c>keras.layers.DepthwiseConv1D</c>.
/// </remarks>
/// <example>DepthwiseConv1D: { kernel_size: 3, padding: same }</example>
[KerasName("DepthwiseConv1D")]
public sealed record DepthwiseConv1D : DepthwiseConvolution
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves.</summary>
    [PerAxis(1), AtLeast(1)]
    public IReadOnlyList<int> Strides { get; init; } = [1];

    /// <summary>What the window sees at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window sees.</summary>
    [PerAxis(1), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
