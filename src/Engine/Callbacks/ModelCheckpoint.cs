using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Saves the model after each epoch, after so many batches, or only when a figure became better.</summary>
/// <remarks>
/// Writes: <c>filepath</c>, with the optimizer, so that training may go on from it; weights alone into a <c>.weights.h5</c>. The name may
/// have figures in it: <c>w_{epoch:02d}-{val_loss:.2f}.keras</c>. A file that cannot be written is told once, and training goes on.
/// Errors: another ending than <c>.keras</c>, <c>.h5</c> or <c>.weights.h5</c> is refused.
/// Source: Keras 3, <c>keras.callbacks.ModelCheckpoint</c>.
/// </remarks>
/// <example>ModelCheckpoint: { filepath: best_model.h5, monitor: val_accuracy, save_best_only: true }</example>
[KerasName("ModelCheckpoint")]
public sealed record ModelCheckpoint : MonitorCallback, IChecked
{
    private const string Weights = ".weights.h5";
    private static readonly string[] Models = [".keras", ".h5"];

    /// <summary>The file; a relative one lies in the run folder.</summary>
    public required string Filepath { get; init; }

    /// <summary>Whether it says what it does: 0 or 1.</summary>
    [AtLeast(0)]
    public int Verbose { get; init; }

    /// <summary>Whether the model is saved only when the figure became better.</summary>
    public bool SaveBestOnly { get; init; }

    /// <summary>Whether only the weights are saved.</summary>
    public bool SaveWeightsOnly { get; init; }

    /// <summary>When it is saved: <c>epoch</c>, or after so many batches.</summary>
    public SaveFrequency SaveFreq { get; init; } = SaveFrequency.Epoch;

    /// <summary>A value that must be beaten before anything is saved.</summary>
    public double? InitialValueThreshold { get; init; }

    /// <inheritdoc/>
    public override bool Watches => SaveBestOnly;

    /// <summary>The file's name, figures and all.</summary>
    [NotAnOption]
    public FileNameTemplate Template => new(Filepath);

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (SaveWeightsOnly && !Filepath.EndsWith(Weights, StringComparison.Ordinal))
        {
            yield return new OptionMistake("filepath", $"Weights alone cannot be saved as '{Filepath}'.", $"a file that ends in {Weights}");
        }
        else if (!SaveWeightsOnly && (!Array.Exists(Models, ending => Filepath.EndsWith(ending, StringComparison.Ordinal)) || Filepath.EndsWith(Weights, StringComparison.Ordinal)))
        {
            yield return new OptionMistake("filepath", $"A model cannot be saved as '{Filepath}'.", $"a file that ends in .keras or .h5, or save_weights_only: true and {Weights}");
        }
        else if (Template.Mistake is { } mistake)
        {
            yield return new OptionMistake("filepath", $"The name '{Filepath}' cannot be filled in: {mistake}.", "figures in braces, such as {epoch:02d} or {val_loss:.2f}");
        }
    }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener : MonitorListener
    {
        private readonly ModelCheckpoint _definition;
        private readonly FileNameTemplate _template;
        private long _batches;

        internal Listener(ModelCheckpoint definition)
            : base(definition, 0)
        {
            (_definition, _template, Best) = (definition, definition.Template, definition.InitialValueThreshold);
        }

        public override void BatchEnd()
        {
            if (++_batches == _definition.SaveFreq.Batches)
            {
                _batches = 0;
                Save(Training.LogsSoFar, Training.BatchesDone);
            }
        }

        public override void EpochEnd(Logs logs)
        {
            if (_definition.SaveFreq.Batches is null)
            {
                Save(logs, null);
            }
        }

        public override void Save(SavedState state)
        {
            base.Save(state);
            state.Put("batches", _batches);
        }

        public override void Restore(SavedState state)
        {
            base.Restore(state);
            _batches = state.Need<long>("batches");
        }

        private void Save(Logs logs, long? batch)
        {
            string file;
            try
            {
                file = _template.Fill(Training.Epoch + 1, batch, logs);
            }
            catch (FormatException missing)
            {
                throw new CallbackException($"ModelCheckpoint cannot fill in the name '{_definition.Filepath}': {missing.Message}.");
            }

            if (!IsDue(logs, file))
            {
                return;
            }

            var (trainer, path) = (Training.Trainer, Training.Place.PathOf(file));
            ModelFile.Save( // what hinders this ends the training: its files are what people train for, and a resume writes them again
                path,
                trainer.Model,
                _definition.SaveWeightsOnly ? null : trainer.Options,
                _definition.SaveWeightsOnly ? null : trainer.Optimizer,
                clock: Training.Place.Clock);
        }

        private bool IsDue(Logs logs, string file)
        {
            if (!_definition.SaveBestOnly || ValueIn(logs) is not { } value)
            {
                Say($"saving model to {file}");
                return true;
            }

            var before = Best is { } best ? PythonText.Format(best, whole: false, ".5f") : "None";
            if (!IsBetter(value, Best))
            {
                Say($"{_definition.Monitor} did not improve from {before}");
                return false;
            }

            Say($"{_definition.Monitor} improved from {before} to {PythonText.Format(value, whole: false, ".5f")}, saving model to {file}");
            Best = value;
            return true;
        }

        private void Say(string what)
        {
            if (_definition.Verbose > 0)
            {
                Training.Place.Inform(string.Create(CultureInfo.InvariantCulture, $"Epoch {Training.Epoch + 1}: {what}"));
            }
        }
    }
}
