using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Estimators.Exporters;
using ExperimentRunner.Engine.Estimators.Hooks;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>Trains the estimator, and measures it meanwhile.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.train_and_evaluate</c>.</remarks>
[KerasName("train_and_evaluate")]
public sealed record TrainAndEvaluateStep : Step
{
    /// <inheritdoc/>
    [NotAnOption]
    public override bool TrainsEstimator => true;

    /// <summary>What it is trained on, and how long.</summary>
    public required TrainSpec Train { get; init; }

    /// <summary>What it is measured on, and when; or a list of them, each but the first with a name.</summary>
    [OneOrMore]
    public required IReadOnlyList<EvalSpec> Eval { get; init; }

    /// <summary>Callbacks of this step, in place of the experiment's.</summary>
    public IReadOnlyList<Callback>? Callbacks { get; init; }
}

/// <summary>What an estimator is trained on, and how long.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.TrainSpec</c>.</remarks>
[RefusedOption("saving_listeners", "they hold Python code, and a file here is data")]
public sealed record TrainSpec : IPlaced
{
    /// <summary>Where the examples come from.</summary>
    public required Reference InputFn { get; init; }

    /// <summary>The step to train to; null trains to the end of the data.</summary>
    [AtLeast(1)]
    public long? MaxSteps { get; init; }

    /// <summary>Who looks on, step by step.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}

/// <summary>What an estimator is measured on while it trains, and when.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.EvalSpec</c>.</remarks>
[RefusedOption("hooks", "hooks look on while an estimator trains; they go under 'train'")]
public sealed record EvalSpec : IPlaced
{
    /// <summary>Where the examples come from.</summary>
    public required Reference InputFn { get; init; }

    /// <summary>How many batches are measured; null is all.</summary>
    [AtLeast(1)]
    public long? Steps { get; init; } = 100;

    /// <summary>What it is called, where there are several.</summary>
    public string? Name { get; init; }

    /// <summary>After how many steps, seconds or passes over the data; null is when a checkpoint is due.</summary>
    public Interval? Every { get; init; }

    /// <summary>How many seconds of training must go by before the first one.</summary>
    [AtLeast(0)]
    public double StartDelaySecs { get; init; }

    /// <summary>How many seconds must lie between two.</summary>
    [AtLeast(0)]
    public double ThrottleSecs { get; init; }

    /// <summary>Who writes the model after it: one, or a list.</summary>
    [OneOrMore]
    public IReadOnlyList<Exporter> Exporters { get; init; } = [];

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}
