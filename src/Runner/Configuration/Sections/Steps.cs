using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators.Hooks;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>One thing that is done under <c>run:</c>.</summary>
public abstract record Step : IPlaced
{
    /// <summary>What it is done with: <c>model</c>, <c>estimator</c>, or a model under <c>models:</c>. Told from the options by default.</summary>
    public Reference? Of { get; init; }

    /// <summary>Whether the step trains the estimator.</summary>
    [NotAnOption]
    public virtual bool TrainsEstimator => false;

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}

/// <summary>Trains the estimator.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator.train</c>.</remarks>
[KerasName("train")]
public sealed record TrainStep : Step
{
    /// <inheritdoc/>
    public override bool TrainsEstimator => true;

    /// <summary>Where the examples come from.</summary>
    public required Reference InputFn { get; init; }

    /// <summary>How many batches to train for, beyond what was trained.</summary>
    [AtLeast(1)]
    public long? Steps { get; init; }

    /// <summary>The step to train to; nothing is done when it is reached already.</summary>
    [AtLeast(1)]
    public long? MaxSteps { get; init; }

    /// <summary>Who looks on, step by step.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    /// <summary>Callbacks of this step, in place of the experiment's.</summary>
    public IReadOnlyList<Callback>? Callbacks { get; init; }
}

/// <summary>Trains the Keras model.</summary>
/// <remarks>Source: Keras 3, <c>keras.Model.fit</c>.</remarks>
[KerasName("fit")]
[IgnoredOption("verbose")]
[RefusedOption("show_accuracy", "write 'metrics: [accuracy]' under 'compile'")]
[RefusedOption("samples_per_epoch", "'steps_per_epoch' counts batches")]
[RefusedOption("nb_val_samples", "'validation_steps' counts batches")]
public sealed record FitStep : Step
{
    /// <summary>The examples: a column by each input of the model, one column, or a whole split.</summary>
    public required NamedData X { get; init; }

    /// <summary>The targets, by output where there are several.</summary>
    public required NamedData Y { get; init; }

    /// <summary>A weight for each example, by output where they differ.</summary>
    public NamedData? SampleWeight { get; init; }

    /// <summary>What the examples of each class count, by the class's number; 1 unless said.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeight { get; init; }

    /// <summary>How many examples a batch has.</summary>
    [AtLeast(1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>The epoch at which training ends.</summary>
    [AtLeast(1)]
    [OldName("nb_epoch")]
    public int Epochs { get; init; } = 1;

    /// <summary>The epoch at which training begins.</summary>
    [AtLeast(0)]
    public int InitialEpoch { get; init; }

    /// <summary>What is measured after epochs: a split, <c>{x, y, sample_weight}</c> or <c>[x, y]</c>.</summary>
    public ValidationData? ValidationData { get; init; }

    /// <summary>The last part of the examples, before shuffling, that is measured after epochs and not trained on.</summary>
    [Between(0, 1)]
    public double ValidationSplit { get; init; }

    /// <summary>After which epochs there is validation: every so many, or those of a list, counted from 1.</summary>
    public EpochSelection ValidationFreq { get; init; } = new(1, null);

    /// <summary>How many batches make an epoch; null is all of the data.</summary>
    [AtLeast(1)]
    public long? StepsPerEpoch { get; init; }

    /// <summary>How many batches of the validation data are used; null is all.</summary>
    [AtLeast(1)]
    public long? ValidationSteps { get; init; }

    /// <summary>How many examples a batch of the validation has; null is <c>batch_size</c>.</summary>
    [AtLeast(1)]
    public int? ValidationBatchSize { get; init; }

    /// <summary>Whether the examples are in a new random order in each epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Callbacks of this step, in place of the experiment's.</summary>
    public IReadOnlyList<Callback>? Callbacks { get; init; }
}

/// <summary>Measures the estimator (<c>input_fn</c>) or the Keras model (<c>x</c>).</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator.evaluate</c>; Keras 3, <c>keras.Model.evaluate</c>.</remarks>
[KerasName("evaluate")]
public sealed record EvaluateStep : Step
{
    /// <summary>Where the estimator's examples come from.</summary>
    public Reference? InputFn { get; init; }

    /// <summary>The model's examples.</summary>
    public NamedData? X { get; init; }

    /// <summary>The targets, by output where there are several.</summary>
    public NamedData? Y { get; init; }

    /// <summary>A weight for each example, by output where they differ.</summary>
    public NamedData? SampleWeight { get; init; }

    /// <summary>How many examples a batch of the model's has.</summary>
    [AtLeast(1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>How many batches to measure; null is all.</summary>
    [AtLeast(1)]
    public long? Steps { get; init; }

    /// <summary>What the evaluation is called, where there are several.</summary>
    public string? Name { get; init; }
}

/// <summary>Predicts with the estimator (<c>input_fn</c>) or the Keras model (<c>x</c>), into a file.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator.predict</c>; Keras 3, <c>keras.Model.predict</c>.</remarks>
[KerasName("predict")]
public sealed record PredictStep : Step
{
    /// <summary>Where the estimator's examples come from.</summary>
    public Reference? InputFn { get; init; }

    /// <summary>The model's examples.</summary>
    public NamedData? X { get; init; }

    /// <summary>How many examples a batch of the model's has.</summary>
    [AtLeast(1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>The file to write, in the run folder: an array for each output, by its name.</summary>
    public string Output { get; init; } = "predictions.npz";
}

/// <summary>Compiles the Keras model anew: what is not said stays as it was, and the optimizer starts fresh.</summary>
/// <remarks>Source: Keras 3, <c>keras.Model.compile</c>.</remarks>
[KerasName("compile")]
[IgnoredOption("jit_compile")]
[IgnoredOption("steps_per_execution")]
[IgnoredOption("run_eagerly")]
public sealed record CompileStep : Step
{
    /// <summary>How weights are moved.</summary>
    public Optimizer? Optimizer { get; init; }

    /// <summary>How wrong predictions are, for all outputs or each.</summary>
    public PerOutput<LossChoice>? Loss { get; init; }

    /// <summary>What the loss of each output is multiplied by in the sum.</summary>
    public PerOutput<double>? LossWeights { get; init; }

    /// <summary>Figures to gather, without the examples' weights.</summary>
    public PerOutput<IReadOnlyList<MetricChoice>>? Metrics { get; init; }

    /// <summary>Figures to gather with the examples' weights.</summary>
    public PerOutput<IReadOnlyList<MetricChoice>>? WeightedMetrics { get; init; }

    /// <summary>Which layers are trained from now on, by name or regular expression; set in this order, before compiling.</summary>
    public IReadOnlyDictionary<string, bool> Trainable { get; init; } = new Dictionary<string, bool>();

    /// <summary>What the model is compiled for after this step.</summary>
    internal CompileOptions Over(CompileOptions before) => before with
    {
        Optimizer = Optimizer ?? before.Optimizer,
        Loss = Loss ?? before.Loss,
        LossWeights = LossWeights ?? before.LossWeights,
        Metrics = Metrics ?? before.Metrics,
        WeightedMetrics = WeightedMetrics ?? before.WeightedMetrics,
    };
}

/// <summary>Saves what was trained last, or what <c>of</c> names, as Keras does.</summary>
/// <remarks>Source: Keras 3, <c>keras.Model.save</c>.</remarks>
[KerasName("save")]
[WrittenShort("path")]
public sealed record SaveStep : Step
{
    /// <summary>The file to write, in the run folder; its ending says the form: <c>.keras</c>, <c>.h5</c>, <c>.weights.h5</c>, <c>.json</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Whether what it is compiled for and how far the optimizer has come are kept too.</summary>
    public bool IncludeOptimizer { get; init; } = true;
}

/// <summary>Writes what was trained last, or what <c>of</c> names, in a form for elsewhere.</summary>
[KerasName("export")]
[WrittenShort("format")]
public sealed record ExportStep : Step
{
    /// <summary>The form: what <c>runner export --format</c> takes.</summary>
    public required string Format { get; init; }

    /// <summary>The file to write, in the run folder; by default called as the model.</summary>
    public string? Path { get; init; }
}
