using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// A long short-term memory: with the gates <c>i, f, o = recurrent_activation(x·kernel + h·recurrent_kernel + bias)</c> and the candidate
/// <c>g = activation(…)</c>, at each step the carry becomes <c>c = f·c + i·g</c> and the output <c>h = o·activation(c)</c>.
/// </summary>
/// <remarks>
/// Shape: <c>[batch, time, features]</c> becomes <c>[batch, units]</c>, or with <c>return_sequences</c> <c>[batch, time, units]</c>; with
/// <c>return_state</c> the states <c>h</c> and <c>c</c> follow, <c>[batch, units]</c> each. Further inputs are the two states before the
/// first step (<c>initial_state</c>).
/// Weights: in its cell, <c>kernel [features, 4·units]</c>, <c>recurrent_kernel [units, 4·units]</c>, <c>bias [4·units]</c>, the gates in
/// the order input, forget, candidate, output, as Keras saves them.
/// Errors: an input that has not three axes, or an unknown number of features; with <c>stateful</c>, a batch of unknown size.
/// Source: Keras 3, <c>keras.layers.LSTM</c>; Hochreiter and Schmidhuber (1997).
/// </remarks>
/// <example>LSTM: { units: 32, return_sequences: true }</example>
[KerasName("LSTM", "CuDNNLSTM")]
public sealed record LSTM : WeightedRecurrentLayer
{
    /// <summary>Length of each state and of the output.</summary>
    [AtLeast(1)]
    [OldName("output_dim")]
    public required int Units { get; init; }

    /// <summary>Applied to the gates.</summary>
    [OldName("inner_activation")]
    public Activation RecurrentActivation { get; init; } = new Sigmoid();

    /// <summary>Whether the forget gate's bias starts at one.</summary>
    [OldFlag("forget_bias_init", "one", "zero")]
    public bool UnitForgetBias { get; init; } = true;

    /// <inheritdoc/>
    private protected override WeightedCell BareCell =>
        new LSTMCell { Units = Units, RecurrentActivation = RecurrentActivation, UnitForgetBias = UnitForgetBias };

    /// <inheritdoc/>
    private protected override Spec NeedSequence(Spec sequence) => sequence.NeedExactRank(3);
}
