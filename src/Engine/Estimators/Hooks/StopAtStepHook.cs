using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends the training after so many steps, or at a step.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.StopAtStepHook</c>.</remarks>
/// <example>StopAtStepHook: { num_steps: 100 }</example>
[KerasName("StopAtStepHook")]
public sealed record StopAtStepHook : Hook, IChecked
{
    /// <summary>After so many steps of this training.</summary>
    [AtLeast(1)]
    public long? NumSteps { get; init; }

    /// <summary>At this step, counted over all trainings.</summary>
    [AtLeast(1)]
    public long? LastStep { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if ((NumSteps is null) == (LastStep is null))
        {
            yield return new OptionMistake("num_steps", NumSteps is null ? "The hook does not say when to stop." : "The hook says 'num_steps' and 'last_step'.", "one of num_steps and last_step");
        }
    }

    /// <inheritdoc/>
    public override TrainingHook Start(Surroundings place) => new Listener(this);

    private sealed class Listener(StopAtStepHook definition) : TrainingHook
    {
        private long _last;

        public override void TrainBegin() => _last = definition.LastStep ?? Session.Step + definition.NumSteps!.Value;

        public override void BatchEnd()
        {
            if (Session.Step >= _last)
            {
                Session.RequestStop();
            }
        }

        public override void Save(SavedState state) => state.Put("last", _last);

        public override void Restore(SavedState state) => _last = state.Need<long>("last");
    }
}
