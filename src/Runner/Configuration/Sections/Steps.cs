using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>One thing that is done under <c>run:</c>.</summary>
public abstract record Step : IPlaced
{
    /// <summary>What it is done with: <c>model</c>, <c>estimator</c>, or a model under <c>models:</c>. Told from the options by default.</summary>
    public Reference? Of { get; init; }

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}

/// <summary>Trains the estimator.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator.train</c>.</remarks>
[KerasName("train")]
[RefusedOption("hooks", "hooks are not built yet")]
public sealed record TrainStep : Step
{
    /// <summary>Where the examples come from.</summary>
    public required Reference InputFn { get; init; }

    /// <summary>How many batches to train for, beyond what was trained.</summary>
    [AtLeast(1)]
    public long? Steps { get; init; }

    /// <summary>The step to train to; nothing is done when it is reached already.</summary>
    [AtLeast(1)]
    public long? MaxSteps { get; init; }

    /// <summary>Callbacks of this step, in place of the experiment's.</summary>
    public IReadOnlyList<Callback>? Callbacks { get; init; }
}

/// <summary>Measures the estimator.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator.evaluate</c>.</remarks>
[KerasName("evaluate")]
[RefusedOption("x", ModelSteps)]
[RefusedOption("y", ModelSteps)]
[RefusedOption("batch_size", ModelSteps)]
[RefusedOption("sample_weight", ModelSteps)]
public sealed record EvaluateStep : Step
{
    internal const string ModelSteps = "asking the Keras model itself is not built yet; 'input_fn' asks the estimator";

    /// <summary>Where the examples come from.</summary>
    public required Reference InputFn { get; init; }

    /// <summary>How many batches to measure; null is all.</summary>
    [AtLeast(1)]
    public long? Steps { get; init; }

    /// <summary>What the evaluation is called, where there are several.</summary>
    public string? Name { get; init; }
}

/// <summary>Predicts with the estimator, into a file.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator.predict</c>.</remarks>
[KerasName("predict")]
[RefusedOption("x", ModelSteps)]
public sealed record PredictStep : Step
{
    private const string ModelSteps = EvaluateStep.ModelSteps;

    /// <summary>Where the examples come from.</summary>
    public required Reference InputFn { get; init; }

    /// <summary>The file to write, in the run folder: an array for each output, by its name.</summary>
    public string Output { get; init; } = "predictions.npz";
}
