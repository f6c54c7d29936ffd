using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// A gated recurrent unit: with the gates <c>z, r = recurrent_activation(x·kernel + h·recurrent_kernel + bias)</c> and the candidate
/// <c>g = activation(x·kernel + r·(h·recurrent_kernel) + bias)</c>, at each step the state becomes <c>h = z·h + (1 − z)·g</c>, which is also
/// the output.
/// </summary>
/// <remarks>
/// Shape: <c>[batch, time, features]</c> becomes <c>[batch, units]</c>, or with <c>return_sequences</c> <c>[batch, time, units]</c>; with
/// <c>return_state</c> the state follows, <c>[batch, units]</c>. A further input is the state before the first step (<c>initial_state</c>).
/// Weights: in its cell, <c>kernel [features, 3·units]</c>, <c>recurrent_kernel [units, 3·units]</c>, <c>bias [2, 3·units]</c> (of the input,
/// of the state) or, without <c>reset_after</c>, <c>[3·units]</c>; the gates in the order update, reset, candidate, as Keras saves them.
/// Errors: an input that has not three axes, or an unknown number of features; with <c>stateful</c>, a batch of unknown size.
/// Source: Keras 3, <c>keras.layers.GRU</c>; Cho et al. (2014).
/// </remarks>
/// <example>GRU: { units: 32, return_sequences: true }</example>
[KerasName("GRU", "CuDNNGRU")]
public sealed record GRU : WeightedRecurrentLayer
{
    /// <summary>Length of the state and the output.</summary>
    [AtLeast(1)]
    [OldName("output_dim")]
    public required int Units { get; init; }

    /// <summary>Applied to the gates.</summary>
    [OldName("inner_activation")]
    public Activation RecurrentActivation { get; init; } = new Sigmoid();

    /// <summary>Whether the reset gate acts on <c>h·recurrent_kernel</c>; else on <c>h</c> alone, before the product.</summary>
    public bool ResetAfter { get; init; } = true;

    /// <inheritdoc/>
    private protected override WeightedCell BareCell =>
        new GRUCell { Units = Units, RecurrentActivation = RecurrentActivation, ResetAfter = ResetAfter };

    /// <inheritdoc/>
    private protected override Spec NeedSequence(Spec sequence) => sequence.NeedExactRank(3);
}
