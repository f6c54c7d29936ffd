using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Writes where the time of steps goes, as a trace that <c>chrome://tracing</c> and Perfetto show.</summary>
/// <remarks>
/// Writes: <c>timeline-{step}.json</c> in <c>output_dir</c>: each step since the trace before, and what came between steps (data, hooks, callbacks).
/// Source: TensorFlow 2.15, <c>tf.estimator.ProfilerHook</c>, whose traces are of single operations.
/// </remarks>
/// <example>ProfilerHook: { save_steps: 500, output_dir: profile }</example>
[KerasName("ProfilerHook")]
[IgnoredOption("show_dataflow")]
[IgnoredOption("show_memory")]
public sealed record ProfilerHook : Hook, IChecked
{
    /// <summary>After so many steps.</summary>
    [AtLeast(1)]
    public long? SaveSteps { get; init; }

    /// <summary>After so many seconds.</summary>
    [Above(0)]
    public double? SaveSecs { get; init; }

    /// <summary>The folder; a relative one lies in the run folder.</summary>
    public string OutputDir { get; init; } = "";

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

    private sealed class Listener(ProfilerHook definition) : TrainingHook
    {
        private readonly StepTimer _timer = new(definition.SaveSteps, definition.SaveSecs);
        private StepTrace? _trace;

        private StepTrace Trace => _trace ??= new StepTrace(Session.Place.Clock);

        public override void TrainBegin() => _timer.Done(Session.Step, Session.Place.Clock); // the first steps are not like the others

        public override void BatchBegin() => Trace.Begin();

        public override void BatchEnd()
        {
            Trace.End(Session.Step);
            if (_timer.IsDue(Session.Step, Session.Place.Clock))
            {
                _timer.Done(Session.Step, Session.Place.Clock);
                var path = Session.Place.PathOf(Path.Combine(definition.OutputDir, $"timeline-{Session.Step}.json"));
                Attempt($"ProfilerHook cannot write {path}", () => WholeFile.Write(path, Trace.Write));
                Trace.Clear();
            }
        }

        public override void Save(SavedState state) => _timer.Save(state);

        public override void Restore(SavedState state) => _timer.Restore(state);
    }
}
