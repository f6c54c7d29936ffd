using System.Globalization;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Tells figures every few steps or seconds, or at the end: <c>loss = 0.31, step = 100 (1.204 sec)</c>.</summary>
/// <remarks>
/// Figures: <c>loss</c> is that of the step, a metric its mean since the last line of figures, <c>learning_rate</c> the next step's; <c>global_step</c>.
/// Source: TensorFlow 2.15, <c>tf.estimator.LoggingTensorHook</c>.
/// </remarks>
/// <example>LoggingTensorHook: { tensors: [loss, accuracy], every_n_iter: 50 }</example>
[KerasName("LoggingTensorHook")]
[RefusedOption("formatter", "it holds Python code, and a file here is data")]
public sealed record LoggingTensorHook : Hook, IChecked
{
    /// <summary>The figures: a list of their names, or a mapping from what each is called.</summary>
    public required LoggedFigures Tensors { get; init; }

    /// <summary>After so many steps.</summary>
    [AtLeast(1)]
    public long? EveryNIter { get; init; }

    /// <summary>After so many seconds.</summary>
    [Above(0)]
    public double? EveryNSecs { get; init; }

    /// <summary>Whether it is told at the end too.</summary>
    public bool AtEnd { get; init; }

    /// <summary>The figures that are not the model's own.</summary>
    public static IReadOnlyList<string> Others { get; } = ["learning_rate", "global_step"];

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (EveryNIter is not null && EveryNSecs is not null)
        {
            yield return new OptionMistake("every_n_secs", "The hook says 'every_n_iter' and 'every_n_secs'.", "one of the two");
        }
        else if (EveryNIter is null && EveryNSecs is null && !AtEnd)
        {
            yield return new OptionMistake("every_n_iter", "The hook does not say when to tell.", "every_n_iter, every_n_secs, or at_end: true");
        }
    }

    /// <inheritdoc/>
    public override TrainingHook Start(Surroundings place) => new Listener(this);

    private sealed class Listener(LoggingTensorHook definition) : TrainingHook
    {
        private readonly StepTimer _timer = new(definition.EveryNIter, definition.EveryNSecs);

        public override void BatchEnd()
        {
            var onlyAtEnd = definition.EveryNIter is null && definition.EveryNSecs is null;
            if (!onlyAtEnd && _timer.IsDue(Session.Step, Session.Place.Clock))
            {
                Tell();
            }
        }

        public override void TrainEnd()
        {
            if (definition.AtEnd)
            {
                Tell();
            }
        }

        public override void Save(SavedState state) => _timer.Save(state);

        public override void Restore(SavedState state) => _timer.Restore(state);

        private void Tell()
        {
            var since = _timer.Done(Session.Step, Session.Place.Clock) is { } time ? string.Create(CultureInfo.InvariantCulture, $" ({time.Seconds:F3} sec)") : "";
            var line = Session.Measures.Read();
            var figures = definition.Tensors.All.Select(figure => $"{figure.Called} = {Said(figure.Name)}");
            Session.Place.Inform($"{string.Join(", ", figures)}, step = {Session.Step}{since}");

            string Said(string name) => PythonText.Format(ValueOf(name), whole: name == "global_step", name == "global_step" ? "" : ".6g");

            double ValueOf(string name) => name switch
            {
                "loss" => Session.Trainer.LastLoss,
                "learning_rate" => Session.Trainer.Optimizer.LearningRate,
                "global_step" => Session.Step,
                _ => line.Find(name) ?? double.NaN,
            };
        }
    }
}
