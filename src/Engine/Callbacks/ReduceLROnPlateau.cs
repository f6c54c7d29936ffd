using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Lowers the learning rate when a figure has not become better for some epochs.</summary>
/// <remarks>
/// Logs: <c>learning_rate</c>, as it was in the epoch.
/// Errors: an optimizer whose learning rate follows a schedule is refused.
/// Source: Keras 3, <c>keras.callbacks.ReduceLROnPlateau</c>.
/// </remarks>
/// <example>ReduceLROnPlateau: { monitor: val_loss, factor: 0.2, patience: 5, min_lr: 0.001 }</example>
[KerasName("ReduceLROnPlateau")]
public sealed record ReduceLROnPlateau : MonitorCallback, ISetsLearningRate, IChecked
{
    /// <summary>What the learning rate is multiplied by; below 1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>After how many epochs without getting better the learning rate is lowered.</summary>
    [AtLeast(0)]
    public int Patience { get; init; } = 10;

    /// <summary>Whether it says what it does: 0 or 1.</summary>
    [AtLeast(0)]
    public int Verbose { get; init; }

    /// <summary>By how much the figure must change to count as better.</summary>
    [OldName("epsilon")]
    public double MinDelta { get; init; } = 1e-4;

    /// <summary>How many epochs are waited after the learning rate was lowered, before patience begins.</summary>
    [AtLeast(0)]
    public int Cooldown { get; init; }

    /// <summary>The least learning rate.</summary>
    [KerasName("min_lr")]
    [AtLeast(0)]
    public double MinLR { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Factor >= 1)
        {
            yield return new OptionMistake("factor", FormattableString.Invariant($"factor is {Factor}, which lowers nothing."), "a number below 1");
        }
    }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(ReduceLROnPlateau definition) : MonitorListener(definition, definition.MinDelta)
    {
        private int _cooldown;
        private int _wait;

        public override void TrainBegin() => LearningRateScheduler.NeedFixedRate(Training, "ReduceLROnPlateau");

        public override void EpochEnd(Logs logs)
        {
            var optimizer = Training.Trainer.Optimizer;
            logs["learning_rate"] = optimizer.LearningRate;
            if (ValueIn(logs) is not { } value)
            {
                return;
            }

            if (_cooldown > 0)
            {
                _cooldown--;
                _wait = 0;
            }

            if (IsBetter(value, Best))
            {
                Best = value;
                _wait = 0;
            }
            else if (_cooldown == 0)
            {
                _wait++;
                if (_wait >= definition.Patience && optimizer.LearningRate > (float)definition.MinLR)
                {
                    var lowered = Math.Max(optimizer.LearningRate * definition.Factor, definition.MinLR);
                    optimizer.LearningRate = (float)lowered;
                    (_cooldown, _wait) = (definition.Cooldown, 0);
                    if (definition.Verbose > 0)
                    {
                        Training.Place.Inform(string.Create(
                            CultureInfo.InvariantCulture, $"Epoch {Training.Epoch + 1}: ReduceLROnPlateau reducing learning rate to {PythonText.Of(lowered)}."));
                    }
                }
            }
        }

        public override void Save(SavedState state)
        {
            base.Save(state);
            state.Put("cooldown", _cooldown);
            state.Put("wait", _wait);
        }

        public override void Restore(SavedState state)
        {
            base.Restore(state);
            (_cooldown, _wait) = ((int)state.Need<long>("cooldown"), (int)state.Need<long>("wait"));
        }
    }
}
