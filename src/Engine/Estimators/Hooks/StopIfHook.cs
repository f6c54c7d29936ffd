using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends a <c>train_and_evaluate</c> by what its evaluations say of a figure.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tensorflow_estimator/python/estimator/early_stopping.py</c>. Evaluations are looked at when they are made, not once a minute.</remarks>
[RefusedOption("eval_dir", "it is the first evaluation of the step that is looked at")]
[IgnoredOption("run_every_secs")]
public abstract record StopIfHook : Hook
{
    /// <summary>The figure, by its name in the evaluation; <c>acc</c> and <c>accuracy</c> are one.</summary>
    public required string MetricName { get; init; }

    /// <summary>Evaluations before this step are not looked at.</summary>
    [AtLeast(0)]
    public long MinSteps { get; init; }

    /// <summary>After how many steps it is looked whether to stop; null is after each evaluation.</summary>
    [AtLeast(1)]
    public long? RunEverySteps { get; init; }

    /// <inheritdoc/>
    public sealed override TrainingHook Start(Surroundings place) => new Listener(this);

    /// <summary>Why training is to stop, as a sentence; null where it goes on.</summary>
    /// <param name="values">The figure at each evaluation's step, in order.</param>
    internal abstract string? ReasonToStop(IReadOnlyList<(long Step, double Value)> values);

    /// <summary>Why training is to stop where a value is beyond a threshold.</summary>
    private protected string? Beyond(IReadOnlyList<(long Step, double Value)> values, double threshold, bool higher)
    {
        foreach (var (step, value) in values)
        {
            if (higher ? value > threshold : value < threshold)
            {
                return $"At step {step}, {MetricName} is {PythonText.Of(value)}, {(higher ? "greater" : "less")} than {PythonText.Of(threshold)}: training stops.";
            }
        }

        return null;
    }

    /// <summary>Why training is to stop where a value has not become better for so many steps.</summary>
    private protected string? NotBetter(IReadOnlyList<(long Step, double Value)> values, long most, bool higher)
    {
        (long Step, double Value)? best = null;
        foreach (var (step, value) in values)
        {
            if (best is null || (higher ? value > best.Value.Value : value < best.Value.Value))
            {
                best = (step, value);
            }

            if (step - best.Value.Step >= most)
            {
                return $"No {(higher ? "increase" : "decrease")} of {MetricName} for {step - best.Value.Step} steps, of {most} allowed: training stops.";
            }
        }

        return null;
    }

    private sealed class Listener(StopIfHook definition) : TrainingHook
    {
        private readonly List<(long Step, double Value)> _values = [];
        private readonly StepTimer _timer = new(definition.RunEverySteps, null);

        public override void TestEnd(Logs logs)
        {
            if (Session.EvaluationAtWork > 0)
            {
                return;
            }

            if (Session.Step >= definition.MinSteps && logs.Find(definition.MetricName) is { } value)
            {
                _values.Add((Session.Step, value));
            }

            if (definition.RunEverySteps is null)
            {
                Look();
            }
        }

        public override void BatchEnd()
        {
            if (definition.RunEverySteps is not null && _timer.IsDue(Session.Step, Session.Place.Clock))
            {
                _timer.Done(Session.Step, Session.Place.Clock);
                Look();
            }
        }

        public override void Save(SavedState state)
        {
            _timer.Save(state);
            state.Put("values", new JsonObject(_values.Select(entry => KeyValuePair.Create<string, JsonNode?>(
                entry.Step.ToString(CultureInfo.InvariantCulture), entry.Value.ToString("R", CultureInfo.InvariantCulture)))));
        }

        public override void Restore(SavedState state)
        {
            _timer.Restore(state);
            _values.Clear();
            _values.AddRange(state.Value("values")!.AsObject().Select(entry => (
                long.Parse(entry.Key, CultureInfo.InvariantCulture), double.Parse((string)entry.Value!, CultureInfo.InvariantCulture))));
        }

        private void Look()
        {
            if (definition.ReasonToStop(_values) is { } reason)
            {
                Session.Place.Inform(reason);
                Session.RequestStop();
            }
        }
    }
}
