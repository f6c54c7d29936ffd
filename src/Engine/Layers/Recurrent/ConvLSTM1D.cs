using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>An LSTM over sequences in which each item is a row of values: its products are convolutions, so states and outputs are such items too.</summary>
/// <remarks>
/// Shape: <c>[batch, time, steps, channels]</c> becomes <c>[batch, new steps, filters]</c>, or with <c>return_sequences</c>
/// <c>[batch, time, new steps, filters]</c>; with <c>return_state</c> the states <c>h</c> and <c>c</c> follow. Further inputs are the two states
/// before the first step (<c>initial_state</c>).
/// Weights: in its cell, <c>kernel [steps, channels, 4·filters]</c>, <c>recurrent_kernel [steps, filters, 4·filters]</c>, <c>bias [4·filters]</c>,
/// the gates in the order input, forget, candidate, output, as Keras saves them.
/// Errors: the number of channels must be known; strides and dilation cannot both be above 1; with <c>stateful</c>, every axis must be known.
/// Source: Keras 3, <c>keras.layers.ConvLSTM1D</c>; Shi et al. (2015), without the peepholes.
/// </remarks>
/// <example>ConvLSTM1D: { filters: 8, kernel_size: 3, padding: same }</example>
[KerasName("ConvLSTM1D")]
public sealed record ConvLSTM1D : ConvLSTM
{
    /// <summary>Length of the window.</summary>
    [PerAxis(1), AtLeast(1)]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window over the input moves.</summary>
    [PerAxis(1), AtLeast(1)]
    public IReadOnlyList<int> Strides { get; init; } = [1];

    /// <summary>What the window over the input sees at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window over the input sees.</summary>
    [PerAxis(1), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
