using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.TensorBoard;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Writes the loss and the metrics for TensorBoard every few steps or seconds, the first step included.</summary>
/// <remarks>
/// Writes: an event file in <c>output_dir</c>: <c>loss</c> is that of the step, a metric its mean since the last line of figures.
/// Source: TensorFlow 2.15, <c>tf.estimator.SummarySaverHook</c>.
/// </remarks>
/// <example>SummarySaverHook: { save_steps: 100, output_dir: summaries }</example>
[KerasName("SummarySaverHook")]
[RefusedOption("summary_writer", "say output_dir")]
[RefusedOption("scaffold", "figures here have names, not graphs")]
[RefusedOption("summary_op", "figures here have names, not graphs")]
public sealed record SummarySaverHook : Hook, IChecked
{
    /// <summary>After so many steps.</summary>
    [AtLeast(1)]
    public long? SaveSteps { get; init; }

    /// <summary>After so many seconds.</summary>
    [Above(0)]
    public double? SaveSecs { get; init; }

    /// <summary>The folder of the event file; a relative one lies in the run folder.</summary>
    public required string OutputDir { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if ((SaveSteps is null) == (SaveSecs is null))
        {
            yield return new OptionMistake("save_steps", SaveSteps is null ? "The hook does not say when to save." : "The hook says 'save_steps' and 'save_secs'.", "one of save_steps and save_secs");
        }
    }

    /// <inheritdoc/>
    public override TrainingHook Start(Surroundings place) => new Listener(this);

    private sealed class Listener(SummarySaverHook definition) : TrainingHook, IDisposable
    {
        private readonly StepTimer _timer = new(definition.SaveSteps, definition.SaveSecs);
        private EventFile? _events;

        public override void BatchEnd()
        {
            var clock = Session.Place.Clock;
            if (!_timer.IsDue(Session.Step, clock))
            {
                return;
            }

            _timer.Done(Session.Step, clock);
            Attempt($"SummarySaverHook cannot write into {definition.OutputDir}", () =>
            {
                _events ??= new EventFile(Session.Place.PathOf(definition.OutputDir), clock);
                var figures = new Logs { ["loss"] = Session.Trainer.LastLoss };
                foreach (var (name, value) in Session.Measures.Read())
                {
                    figures.TryAdd(name, value);
                }

                foreach (var (name, value) in figures)
                {
                    _events.Scalar(name, value, Session.Step);
                }

                _events.Flush();
            });
        }

        public override void TrainEnd() => Dispose();

        public override void Save(SavedState state)
        {
            _timer.Save(state);
            state.Put("file", _events is null ? null : Path.GetRelativePath(Session.Place.Folder, _events.Path));
            state.Put("length", _events is null || !File.Exists(_events.Path) ? 0 : new FileInfo(_events.Path).Length);
        }

        public override void Restore(SavedState state)
        {
            _timer.Restore(state);
            if ((string?)state.Value("file") is { } file)
            {
                Attempt($"SummarySaverHook cannot write into {definition.OutputDir}", () =>
                    _events = EventFile.GoOn(Session.Place.PathOf(file), state.Need<long>("length"), Session.Place.Clock));
            }
        }

        public void Dispose()
        {
            _events?.Dispose();
            _events = null;
        }
    }
}
