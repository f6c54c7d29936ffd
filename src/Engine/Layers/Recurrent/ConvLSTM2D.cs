using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>An LSTM over sequences in which each item is an image: its products are convolutions, so states and outputs are such items too.</summary>
/// <remarks>
/// Shape: <c>[batch, time, height, width, channels]</c> becomes <c>[batch, new height, new width, filters]</c>, or with <c>return_sequences</c>
/// <c>[batch, time, new height, new width, filters]</c>; with <c>return_state</c> the states <c>h</c> and <c>c</c> follow. Further inputs are the two states
/// before the first step (<c>initial_state</c>).
/// Weights: in its cell, <c>kernel [height, width, channels, 4·filters]</c>, <c>recurrent_kernel [height, width, filters, 4·filters]</c>, <c>bias [4·filters]</c>,
/// the gates in the order input, forget, candidate, output, as Keras saves them.
/// Errors: the number of channels must be known; strides and dilation cannot both be above 1; with <c>stateful</c>, every axis must be known.
/// Source: Keras 3, <c>keras.layers.ConvLSTM2D</c>; Shi et al. (2015), without the peepholes.
/// </remarks>
/// <example>ConvLSTM2D: { filters: 8, kernel_size: [3, 3], padding: same }</example>
[KerasName("ConvLSTM2D")]
public sealed record ConvLSTM2D : ConvLSTM
{
    /// <summary>Height and width of the window.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldParts("nb_row", "nb_col")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window over the input moves, down and to the right.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldName("subsample")]
    public IReadOnlyList<int> Strides { get; init; } = [1, 1];

    /// <summary>What the window over the input sees at the borders.</summary>
    [OldName("border_mode")]
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window over the input sees.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
