using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>A plain recurrent network: at each step <c>h = activation(x·kernel + h·recurrent_kernel + bias)</c>, which is also the output.</summary>
/// <remarks>
/// Shape: <c>[batch, time, features]</c> becomes <c>[batch, units]</c>, or with <c>return_sequences</c> <c>[batch, time, units]</c>; with
/// <c>return_state</c> the state follows, <c>[batch, units]</c>. A further input is the state before the first step (<c>initial_state</c>).
/// Weights: in its cell, <c>kernel [features, units]</c>, <c>recurrent_kernel [units, units]</c>, <c>bias [units]</c>, as Keras saves them.
/// Errors: an input that has not three axes, or an unknown number of features; with <c>stateful</c>, a batch of unknown size.
/// Source: Keras 3, <c>keras.layers.SimpleRNN</c>.
/// </remarks>
/// <example>SimpleRNN: { units: 32, return_sequences: true }</example>
[KerasName("SimpleRNN")]
public sealed record SimpleRNN : WeightedRecurrentLayer
{
    /// <summary>Length of the state and the output.</summary>
    [AtLeast(1)]
    [OldName("output_dim")]
    public required int Units { get; init; }

    /// <inheritdoc/>
    private protected override WeightedCell BareCell => new SimpleRNNCell { Units = Units };

    /// <inheritdoc/>
    private protected override Spec NeedSequence(Spec sequence) => sequence.NeedExactRank(3);
}
