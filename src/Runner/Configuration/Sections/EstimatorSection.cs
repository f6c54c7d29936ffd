using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>The section <c>estimator:</c>: how the model becomes one.</summary>
public sealed record EstimatorSection : IPlaced
{
    /// <summary>What is converted.</summary>
    public EstimatorMode Mode { get; init; } = EstimatorMode.KerasModel;

    /// <summary>The saved, compiled model that is converted, in the mode of that name.</summary>
    public FilePath? KerasModelPath { get; init; }

    /// <summary>Where checkpoints are kept; inside the run folder by default.</summary>
    public FilePath? ModelDir { get; init; }

    /// <summary>How checkpoints are kept and progress is told.</summary>
    public RunConfig Config { get; init; } = new();

    /// <summary>Where start weights come from, instead of the model's own.</summary>
    public WarmStart? WarmStartFrom { get; init; }

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}

/// <summary>What an estimator is made from.</summary>
public enum EstimatorMode
{
    /// <summary>The model of this file, as it is when the estimator is first needed.</summary>
    KerasModel,

    /// <summary>A saved, compiled model.</summary>
    KerasModelPath,
}
