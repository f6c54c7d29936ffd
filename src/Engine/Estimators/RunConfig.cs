using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>How an estimator keeps checkpoints and tells its progress.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.RunConfig</c>.</remarks>
public sealed record RunConfig
{
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

    /// <summary>A line of figures after so many steps.</summary>
    [AtLeast(1)]
    public int LogStepCountSteps { get; init; } = 100;

    /// <summary>Seed of this estimator's random numbers; the run's when it is not said.</summary>
    public long? TfRandomSeed { get; init; }
}
