using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>The learning rate as a pure function of the step: there is nothing to save.</summary>
[IgnoredOption("name")]
public abstract record LearningRateSchedule
{
    /// <summary>The learning rate of a step, the first being 0, computed in float32 as Keras does.</summary>
    /// <exception cref="InvalidOperationException">A length is given in epochs, and was not made one of steps.</exception>
    public abstract float At(long step);

    /// <summary>The same schedule, its lengths that are given in epochs counted in steps.</summary>
    public abstract LearningRateSchedule InSteps(long stepsPerEpoch);
}
