using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Where an estimator's examples come from: the arguments of <c>numpy_input_fn</c>.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.compat.v1.estimator.inputs.numpy_input_fn</c>.</remarks>
public sealed record InputFunction : IPlaced
{
    /// <summary>The examples: a column by each input of the model, one column, or a whole split.</summary>
    public required NamedData X { get; init; }

    /// <summary>The targets, by output where there are several; none to predict.</summary>
    public NamedData? Y { get; init; }

    /// <summary>A weight for each example, by output where they differ.</summary>
    public NamedData? SampleWeight { get; init; }

    /// <summary>How many examples a batch has.</summary>
    [AtLeast(1)]
    public int BatchSize { get; init; } = 128;

    /// <summary>How many times the data are gone through; null is without end.</summary>
    [AtLeast(1)]
    public int? NumEpochs { get; init; } = 1;

    /// <summary>Whether the examples are in a new random order in each pass. It must be said: true for training is recommended.</summary>
    public required bool Shuffle { get; init; }

    /// <summary>Whether a last batch that is smaller than the others is left out.</summary>
    public bool DropRemainder { get; init; }

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}
