namespace ExperimentRunner.Engine.Estimators;

/// <summary>Something that looks on while an estimator trains, and may end the training.</summary>
public abstract class TrainingHook
{
    /// <summary>Training begins; no step of it has been made.</summary>
    public virtual void Begin(TrainingSession session)
    {
    }

    /// <summary>A step was made.</summary>
    public virtual void AfterStep(TrainingSession session)
    {
    }

    /// <summary>Training ended, because it was done or was asked to stop; not when it failed.</summary>
    public virtual void End(TrainingSession session)
    {
    }
}
