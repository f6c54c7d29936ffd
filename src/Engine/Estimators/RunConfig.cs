using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>How an estimator keeps checkpoints and tells its progress.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.RunConfig</c>.</remarks>
[IgnoredOption("protocol")]
[IgnoredOption("session_creation_timeout_secs")]
[IgnoredOption("checkpoint_save_graph_def")]
[IgnoredOption("experimental_max_worker_delay_secs")]
[RefusedOption("session_config", "there are no sessions here; 'runtime' says the threads")]
[RefusedOption("device_fn", "it holds Python code, and what computes is the processor")]
[RefusedOption("train_distribute", OneMachine)]
[RefusedOption("eval_distribute", OneMachine)]
[RefusedOption("experimental_distribute", OneMachine)]
public sealed record RunConfig
{
    private const string OneMachine = "an experiment runs in one process";

    /// <summary>Where checkpoints are kept, as the estimator's <c>model_dir</c> says too.</summary>
    public FilePath? ModelDir { get; init; }

    /// <summary>A checkpoint after so many steps.</summary>
    [AtLeast(1)]
    public int? SaveCheckpointsSteps { get; init; }

    /// <summary>A checkpoint after so many seconds; 600 when neither this nor the steps are said.</summary>
    [Above(0)]
    public double? SaveCheckpointsSecs { get; init; }

    /// <summary>How many checkpoints stay; null or 0 keeps all.</summary>
    [AtLeast(0)]
    public int? KeepCheckpointMax { get; init; } = 5;

    /// <summary>A checkpoint that is so many hours after the last one kept for good is kept for good too.</summary>
    [Above(0)]
    public double KeepCheckpointEveryNHours { get; init; } = 10000;

    /// <summary>Which checkpoints stay, in place of the two above.</summary>
    public KeepOptions? Keep { get; init; }

    /// <summary>A summary for TensorBoard after so many steps.</summary>
    [AtLeast(1)]
    public int? SaveSummarySteps { get; init; } = 100;

    /// <summary>A line of figures after so many steps; null is none.</summary>
    [AtLeast(1)]
    public int? LogStepCountSteps { get; init; } = 100;

    /// <summary>Seed of this estimator's random numbers; the run's when it is not said.</summary>
    public long? TfRandomSeed { get; init; }
}
