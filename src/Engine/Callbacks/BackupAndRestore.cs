using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>
/// Keeps a backup of the weights, the optimizer and the epoch in a folder; a training that finds one there begins where it was made.
/// The program's own <c>resume</c> needs none of this, and loses nothing.
/// </summary>
/// <remarks>
/// Writes: <c>latest.weights.h5</c> and <c>training_metadata.json</c> into <c>backup_dir</c>, which is deleted at the end.
/// Source: Keras 3, <c>keras.callbacks.BackupAndRestore</c>.
/// </remarks>
/// <example>BackupAndRestore: { backup_dir: backup, save_freq: 100 }</example>
[KerasName("BackupAndRestore")]
public sealed record BackupAndRestore : Callback
{
    private const string Weights = "latest.weights.h5";
    private const string Metadata = "training_metadata.json";
    private const string Before = ".bkp";

    /// <summary>The folder; a relative one lies in the run folder.</summary>
    public required string BackupDir { get; init; }

    /// <summary>When the backup is made: <c>epoch</c>, or after so many batches.</summary>
    public SaveFrequency SaveFreq { get; init; } = SaveFrequency.Epoch;

    /// <summary>Whether the backup before the last is kept too, for when the last is damaged.</summary>
    public bool DoubleCheckpoint { get; init; }

    /// <summary>Whether the folder is deleted when the training ended by itself.</summary>
    public bool DeleteCheckpoint { get; init; } = true;

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(BackupAndRestore definition) : TrainingListener
    {
        private long _batches;

        private string Folder => Training.Place.PathOf(definition.BackupDir);

        public override void TrainBegin()
        {
            try
            {
                TakeUp(Path.Combine(Folder, Weights), Path.Combine(Folder, Metadata));
            }
            catch (ModelFileException) when (File.Exists(Path.Combine(Folder, Weights + Before)))
            {
                TakeUp(Path.Combine(Folder, Weights + Before), Path.Combine(Folder, Metadata + Before));
            }
        }

        public override void BatchEnd()
        {
            if (++_batches == definition.SaveFreq.Batches)
            {
                _batches = 0;
                Keep(Training.Epoch, Training.BatchesDone);
            }
        }

        public override void EpochEnd(Logs logs)
        {
            if (definition.SaveFreq.Batches is null)
            {
                Keep(Training.Epoch + 1, 0);
            }
        }

        public override void TrainEnd()
        {
            if (definition.DeleteCheckpoint && Directory.Exists(Folder))
            {
                Attempt($"BackupAndRestore cannot delete {definition.BackupDir}", () => Directory.Delete(Folder, recursive: true));
            }
        }

        public override void Save(SavedState state) => state.Put("batches", _batches);

        public override void Restore(SavedState state) => _batches = state.Need<long>("batches");

        private void TakeUp(string weights, string metadata)
        {
            if (File.Exists(weights))
            {
                ModelFile.LoadWeights(weights, Training.Trainer.Model, Training.Trainer.Optimizer);
                Training.Trainer.Model.HasWeights = true;
            }

            if (File.Exists(metadata))
            {
                try
                {
                    Training.BeginAt((int)JsonNode.Parse(File.ReadAllText(metadata))!["epoch"]!);
                }
                catch (Exception damage) when (damage is JsonException or InvalidOperationException or NullReferenceException or FormatException)
                {
                    throw new CallbackException($"{metadata} is damaged: it does not say the epoch.");
                }
            }
        }

        private void Keep(int epoch, long batch) => Attempt($"BackupAndRestore cannot write into {definition.BackupDir}", () =>
        {
            var (weights, metadata) = (Path.Combine(Folder, Weights), Path.Combine(Folder, Metadata));
            Directory.CreateDirectory(Folder);
            if (definition.DoubleCheckpoint && File.Exists(weights))
            {
                File.Copy(weights, weights + Before, overwrite: true);
                File.Copy(metadata, metadata + Before, overwrite: true);
            }

            ModelFile.Save(weights, Training.Trainer.Model, Training.Trainer.Options, Training.Trainer.Optimizer);
            WholeFile.Write(metadata, file =>
            {
                using var json = new Utf8JsonWriter(file);
                new JsonObject { ["epoch"] = epoch, ["batch"] = batch }.WriteTo(json);
            });
        });
    }
}
