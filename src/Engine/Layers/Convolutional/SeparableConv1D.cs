using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over sequences in two parts: one of each channel by itself, then one that mixes the channels of each place.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, filters]</c>, lengths as those of Conv1D.
/// Weights: <c>depthwise_kernel [steps, channels, depth_multiplier]</c>,
/// <c>pointwise_kernel [1, channels · depth_multiplier, filters]</c>, <c>bias [filters]</c>, as Keras saves them.
/// Errors: the number of channels must be known; with <c>valid</c> the kernel must fit into the input.
/// Source: Keras 3, <c>keras.layers.SeparableConv1D</c>. Padding <c>causal</c> is that of Keras 2.
/// </remarks>
/// <example>SeparableConv1D: { filters: 32, kernel_size: 3, padding: same }</example>
[KerasName("SeparableConv1D", "SeparableConvolution1D")]
public sealed record SeparableConv1D : SeparableConvolution
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves.</summary>
    [PerAxis(1), AtLeast(1)]
    public IReadOnlyList<int> Strides { get; init; } = [1];

    /// <summary>What the window sees at the borders.</summary>
    public TimePadding Padding { get; init; } = TimePadding.Valid;

    /// <summary>The distance of the values that the window sees.</summary>
    [PerAxis(1), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, Padding);
}
