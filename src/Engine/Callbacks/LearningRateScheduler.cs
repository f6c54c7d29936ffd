using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>A callback that sets the optimizer's learning rate, which must therefore not follow a schedule of its own.</summary>
public interface ISetsLearningRate;

/// <summary>Sets the learning rate at the beginning of each epoch, by a schedule that counts epochs.</summary>
/// <remarks>
/// Logs: <c>learning_rate</c>, as it was in the epoch.
/// Errors: an optimizer whose learning rate follows a schedule is refused. Keras takes a Python function here; a schedule says the same as data.
/// Source: Keras 3, <c>keras.callbacks.LearningRateScheduler</c>.
/// </remarks>
/// <example>LearningRateScheduler: { schedule: { PiecewiseConstantDecay: { boundaries: [10, 20], values: [0.1, 0.01, 0.001] } } }</example>
[KerasName("LearningRateScheduler")]
public sealed record LearningRateScheduler : Callback, ISetsLearningRate
{
    /// <summary>The learning rate of each epoch, the first being 0.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>Whether it says what it does: 0 or 1.</summary>
    [AtLeast(0)]
    public int Verbose { get; init; }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    /// <summary>Promises that the optimizer's learning rate can be set.</summary>
    internal static void NeedFixedRate(Training training, string name)
    {
        if (training.Trainer.Optimizer.FollowsSchedule)
        {
            throw new CallbackException($"{name} sets the learning rate, but the optimizer's follows a schedule.");
        }
    }

    private sealed class Listener(LearningRateScheduler definition) : TrainingListener
    {
        private readonly LearningRateSchedule _schedule = definition.Schedule.InSteps(1); // its steps are epochs

        public override void TrainBegin() => NeedFixedRate(Training, "LearningRateScheduler");

        public override void EpochBegin()
        {
            var rate = _schedule.At(Training.Epoch);
            Training.Trainer.Optimizer.LearningRate = rate;
            if (definition.Verbose > 0)
            {
                Training.Place.Inform(string.Create(
                    CultureInfo.InvariantCulture, $"Epoch {Training.Epoch + 1}: LearningRateScheduler setting learning rate to {PythonText.Of(rate)}."));
            }
        }

        public override void EpochEnd(Logs logs) => logs["learning_rate"] = Training.Trainer.Optimizer.LearningRate;
    }
}
