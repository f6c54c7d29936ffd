using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share: everything but the number of axes.</summary>
public abstract record ConvLSTM : WeightedRecurrentLayer, IChecked
{
    /// <summary>How many channels come out.</summary>
    [AtLeast(1)]
    [OldName("nb_filter")]
    public required int Filters { get; init; }

    /// <summary>Where the channels stand; null is Keras's default, channels last.</summary>
    [OldName("dim_ordering")]
    public Channels? DataFormat { get; init => field = value ?? Channels.Last; } = Channels.Last;

    /// <summary>Applied to the gates.</summary>
    [OldName("inner_activation")]
    public Activation RecurrentActivation { get; init; } = new Sigmoid();

    /// <summary>Whether the forget gate's bias starts at one.</summary>
    [OldFlag("forget_bias_init", "one", "zero")]
    public bool UnitForgetBias { get; init; } = true;

    /// <summary>The window over the input.</summary>
    private protected abstract Window Window { get; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => Window.BothAboveOne(Window.Strides, Window.Dilations);

    /// <inheritdoc/>
    private protected sealed override WeightedCell BareCell => new ConvLSTMCell
    {
        Name = "conv_lstm_cell",
        Filters = Filters,
        Window = Window,
        DataFormat = DataFormat,
        RecurrentActivation = RecurrentActivation,
        UnitForgetBias = UnitForgetBias,
    };

    /// <inheritdoc/>
    private protected sealed override Spec NeedSequence(Spec sequence) => sequence.NeedExactRank(Window.Rank + 3);
}
