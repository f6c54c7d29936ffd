namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>The learning rate as a pure function of the step: there is nothing to save.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The learning rate of a step, the first being 0, computed in float32 as Keras does.</summary>
    public abstract float At(long step);
}
