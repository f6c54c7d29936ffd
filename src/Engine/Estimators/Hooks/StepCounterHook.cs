using System.Globalization;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.TensorBoard;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Tells steps a second, counted from the first step: after the steps 101, 201 and so on.</summary>
/// <remarks>
/// Writes: with <c>output_dir</c>, an event file there, as <c>global_step/sec</c>.
/// Source: TensorFlow 2.15, <c>tf.estimator.StepCounterHook</c>.
/// </remarks>
/// <example>StepCounterHook: { every_n_steps: 500 }</example>
[KerasName("StepCounterHook")]
[RefusedOption("summary_writer", "say output_dir")]
public sealed record StepCounterHook : Hook, IChecked
{
    /// <summary>After so many steps.</summary>
    [AtLeast(1)]
    public long? EveryNSteps { get; init; } = 100;

    /// <summary>After so many seconds; <c>every_n_steps</c> is null then.</summary>
    [Above(0)]
    public double? EveryNSecs { get; init; }

    /// <summary>The folder of an event file; a relative one lies in the run folder.</summary>
    public string? OutputDir { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if ((EveryNSteps is null) == (EveryNSecs is null))
        {
            yield return new OptionMistake(
                "every_n_secs", EveryNSecs is null ? "The hook does not say when to tell." : $"The hook says 'every_n_secs', and 'every_n_steps' is {EveryNSteps}.", "one of the two, and null for the other");
        }
    }

    /// <inheritdoc/>
    public override TrainingHook Start(Surroundings place) => new Listener(this);

    private sealed class Listener(StepCounterHook definition) : TrainingHook, IDisposable
    {
        private readonly StepTimer _timer = new(definition.EveryNSteps, definition.EveryNSecs);
        private EventFile? _events;

        public override void BatchEnd()
        {
            var clock = Session.Place.Clock;
            if (!_timer.IsDue(Session.Step, clock) || _timer.Done(Session.Step, clock) is not { } since)
            {
                return;
            }

            var rate = since.Steps / Math.Max(since.Seconds, 1e-9);
            Session.Place.Inform(string.Create(CultureInfo.InvariantCulture, $"global_step/sec: {rate:G6}"));
            if (definition.OutputDir is { } folder)
            {
                Attempt($"StepCounterHook cannot write into {folder}", () =>
                {
                    _events ??= new EventFile(Session.Place.PathOf(folder), clock);
                    _events.Scalar("global_step/sec", rate, Session.Step);
                    _events.Flush();
                });
            }
        }

        public override void TrainEnd() => Dispose();

        public override void Save(SavedState state) => _timer.Save(state);

        public override void Restore(SavedState state) => _timer.Restore(state);

        public void Dispose()
        {
            _events?.Dispose();
            _events = null;
        }
    }
}
