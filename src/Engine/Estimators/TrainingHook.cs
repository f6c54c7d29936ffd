using ExperimentRunner.Engine.Callbacks;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Something that looks on while an estimator trains, step by step, and may end the training.</summary>
public abstract class TrainingHook : TrainingListener
{
    /// <inheritdoc/>
    public override bool FollowsEpochs => false;

    /// <summary>The training it looks on at.</summary>
    protected TrainingSession Session => (TrainingSession)Training;
}
