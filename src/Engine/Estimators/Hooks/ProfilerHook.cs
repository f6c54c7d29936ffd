using System.Text.Json;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Writes where the time of steps goes, as a trace that <c>chrome://tracing</c> and Perfetto show.</summary>
/// <remarks>
/// Writes: <c>timeline-{step}.json</c> in <c>output_dir</c>: each step since the one before, and what came between steps (data, hooks, callbacks).
/// Source: TensorFlow 2.15, <c>tf.estimator.ProfilerHook</c>, whose traces are of single operations.
/// </remarks>
/// <example>ProfilerHook: { save_steps: 500, output_dir: profile }</example>
[KerasName("ProfilerHook")]
[IgnoredOption("show_dataflow")]
[IgnoredOption("show_memory")]
public sealed record ProfilerHook : Hook, IChecked
{
    private const int MostSteps = 1000;

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
        private readonly Queue<(long Step, double Start, double Length)> _steps = new();
        private long _origin;
        private long _begun;

        public override void TrainBegin() => _timer.Done(Session.Step, Session.Place.Clock); // the first steps are not like the others

        public override void BatchBegin()
        {
            _begun = Session.Place.Clock.GetTimestamp();
            _origin = _origin == 0 ? _begun : _origin;
        }

        public override void BatchEnd()
        {
            var clock = Session.Place.Clock;
            _steps.Enqueue((Session.Step, Micros(_origin, _begun), Micros(_begun, clock.GetTimestamp())));
            if (_steps.Count > MostSteps)
            {
                _steps.Dequeue();
            }

            if (_timer.IsDue(Session.Step, clock))
            {
                _timer.Done(Session.Step, clock);
                var path = Session.Place.PathOf(Path.Combine(definition.OutputDir, $"timeline-{Session.Step}.json"));
                Attempt($"ProfilerHook cannot write {path}", () => WholeFile.Write(path, Write));
                _steps.Clear();
            }

            double Micros(long from, long to) => clock.GetElapsedTime(from, to).TotalMicroseconds;
        }

        public override void Save(SavedState state) => _timer.Save(state);

        public override void Restore(SavedState state) => _timer.Restore(state);

        private void Write(Stream file)
        {
            using var json = new Utf8JsonWriter(file);
            json.WriteStartObject();
            json.WriteStartArray("traceEvents");
            double? end = null;
            foreach (var (step, start, length) in _steps)
            {
                if (end is { } before)
                {
                    Event("between steps", before, start - before);
                }

                Event($"step {step}", start, length);
                end = start + length;
            }

            json.WriteEndArray();
            json.WriteEndObject();

            void Event(string name, double start, double length)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("ph", "X");
                json.WriteNumber("ts", start);
                json.WriteNumber("dur", length);
                json.WriteNumber("pid", 0);
                json.WriteNumber("tid", 0);
                json.WriteEndObject();
            }
        }
    }
}
