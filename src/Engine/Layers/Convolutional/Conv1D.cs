using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over sequences: every output sees a window of the input, and all share one kernel.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, filters]</c>; a length becomes
/// <c>⌊(length − reach) / stride⌋ + 1</c> with padding <c>valid</c>, where <c>reach = (kernel_size − 1) · dilation_rate + 1</c>,
/// and <c>⌈length / stride⌉</c> with <c>same</c> or <c>causal</c>.
/// Weights: <c>kernel [steps, channels / groups, filters]</c>, <c>bias [filters]</c>, as Keras saves them.
/// Errors: the number of channels must be known and both it and <c>filters</c> divide by <c>groups</c>; with <c>valid</c> the
/// kernel must fit into the input; strides and dilation cannot both be above 1.
/// Source: Keras 3, <c>keras.layers.Conv1D</c>.
/// </remarks>
/// <example>Conv1D: { filters: 32, kernel_size: 3, padding: causal, activation: relu }</example>
[KerasName("Conv1D", "Convolution1D", "AtrousConvolution1D", "AtrousConv1D")]
public sealed record Conv1D : Convolution
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("filter_length")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("subsample_length")]
    public IReadOnlyList<int> Strides { get; init; } = [1];

    /// <summary>What the window sees at the borders.</summary>
    [OldName("border_mode")]
    public TimePadding Padding { get; init; } = TimePadding.Valid;

    /// <summary>The distance of the values that the window sees.</summary>
    [PerAxis(1), AtLeast(1)]
    [OldName("atrous_rate")]
    public IReadOnlyList<int> DilationRate { get; init; } = [1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, Padding);
}
