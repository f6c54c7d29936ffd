using System.IO.Compression;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.TensorBoard;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Writes what TensorBoard shows: curves of every figure, how weights are spread, the model.</summary>
/// <remarks>
/// Writes: event files in <c>log_dir/train</c> and <c>log_dir/validation</c>, with Keras's tags: <c>epoch_loss</c>, <c>batch_loss</c>,
/// <c>evaluation_loss_vs_iterations</c>, <c>conv2d/kernel/histogram</c>. Of profiled batches, <c>log_dir/plugins/profile/batch_{last}/local.trace.json.gz</c>:
/// each step and what came between steps; Keras's profiles are of single operations.
/// Source: Keras 3, <c>keras.callbacks.TensorBoard</c>.
/// </remarks>
/// <example>TensorBoard: { log_dir: logs, histogram_freq: 1, update_freq: 100 }</example>
[KerasName("TensorBoard")]
[RefusedOption("embeddings_metadata", "TensorBoard's projector reads TensorFlow's checkpoints, which are not written")]
public sealed record TensorBoard : Callback
{
    /// <summary>The folder; a relative one lies in the run folder.</summary>
    public string LogDir { get; init; } = "logs";

    /// <summary>After how many epochs the spread of weights is written; 0 is never.</summary>
    [AtLeast(0)]
    public int HistogramFreq { get; init; }

    /// <summary>Whether the model is written.</summary>
    public bool WriteGraph { get; init; } = true;

    /// <summary>Whether weights are written as pictures, where their spread is.</summary>
    public bool WriteImages { get; init; }

    /// <summary>Whether steps a second are written.</summary>
    public bool WriteStepsPerSecond { get; init; }

    /// <summary>When figures are written: <c>epoch</c>, <c>batch</c>, or after so many batches besides.</summary>
    public SaveFrequency UpdateFreq { get; init; } = SaveFrequency.Epoch;

    /// <summary>Which batches are profiled: one of the training's, <c>[first, last]</c>, or 0 for none.</summary>
    public ProfiledBatches ProfileBatch { get; init; } = ProfiledBatches.None;

    /// <summary>After how many epochs weights are saved for the projector; 0 is never.</summary>
    [AtLeast(0)]
    public int EmbeddingsFreq { get; init; }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(TensorBoard definition) : TrainingListener, IDisposable
    {
        private EventFile? _train;
        private EventFile? _validation;
        private long _batch;
        private long _epochStart;
        private long _batchStart;
        private long _iterations;
        private StepTrace? _trace;

        public override void TrainBegin() => Try(() =>
        {
            if (definition.WriteGraph)
            {
                Train.KerasModel(ModelFile.ArchitectureOf(Training.Trainer.Model), 0);
                Train.Flush();
            }
        });

        public override void EpochBegin() => (_epochStart, _iterations) = (Training.Place.Clock.GetTimestamp(), Training.Trainer.Optimizer.Iterations);

        public override void BatchBegin()
        {
            _batchStart = Training.Place.Clock.GetTimestamp();
            if (_batch + 1 >= definition.ProfileBatch.First && _batch + 1 <= definition.ProfileBatch.Last)
            {
                (_trace ??= new StepTrace(Training.Place.Clock)).Begin();
            }
        }

        public override void BatchEnd()
        {
            _batch++;
            _trace?.End(_batch);
            if (_trace is { } trace && _batch == definition.ProfileBatch.Last)
            {
                Try(() => WholeFile.Write(InFolder("plugins", "profile", $"batch_{_batch}", "local.trace.json.gz"), file =>
                {
                    using var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
                    trace.Write(packed);
                }));
                _trace = null;
            }

            if (definition.UpdateFreq.Batches is not { } every || _batch % every != 0)
            {
                return;
            }

            Try(() =>
            {
                if (definition.WriteStepsPerSecond)
                {
                    Train.Scalar("batch_steps_per_second", PerSecond(1, _batchStart), _batch);
                }

                foreach (var (name, value) in Training.LogsSoFar)
                {
                    Train.Scalar($"batch_{name}", value, _batch);
                }

                Train.Flush();
            });
        }

        public override void TestEnd(Logs logs) => Try(() =>
        {
            foreach (var (name, value) in logs.Where(figure => figure.Key != "global_step"))
            {
                Validation.Scalar($"evaluation_{name}_vs_iterations", value, Training.Trainer.Optimizer.Iterations);
            }

            _validation?.Flush();
        });

        public override void EpochEnd(Logs logs) => Try(() =>
        {
            var (epoch, optimizer) = (Training.Epoch, Training.Trainer.Optimizer);
            foreach (var (name, value) in logs.Where(figure => figure.Key != "learning_rate"))
            {
                if (name.StartsWith("val_", StringComparison.Ordinal))
                {
                    Validation.Scalar($"epoch_{name[4..]}", value, epoch);
                }
                else
                {
                    Train.Scalar($"epoch_{name}", value, epoch);
                }
            }

            Train.Scalar("epoch_learning_rate", optimizer.LearningRate, epoch);
            if (definition.WriteStepsPerSecond)
            {
                Train.Scalar("epoch_steps_per_second", PerSecond(optimizer.Iterations - _iterations, _epochStart), epoch);
            }

            if (definition.HistogramFreq > 0 && epoch % definition.HistogramFreq == 0)
            {
                WriteWeights(epoch);
            }

            if (definition.EmbeddingsFreq > 0 && epoch % definition.EmbeddingsFreq == 0)
            {
                ModelFile.Save(InFolder("train", $"keras_embedding.ckpt-{epoch}.weights.h5"), Training.Trainer.Model);
            }

            Train.Flush();
            _validation?.Flush();
        });

        public override void TrainEnd() => Dispose();

        public override void Save(SavedState state)
        {
            state.Put("batch", _batch);
            Save(_train, state.At("train"));
            Save(_validation, state.At("validation"));
        }

        public override void Restore(SavedState state)
        {
            _batch = state.Need<long>("batch");
            Try(() =>
            {
                _train = Restored(state.At("train"));
                _validation = Restored(state.At("validation"));
            });
        }

        public void Dispose()
        {
            _train?.Dispose();
            _validation?.Dispose();
            (_train, _validation) = (null, null);
        }

        private EventFile Train => _train ??= new EventFile(InFolder("train"), Training.Place.Clock);

        private EventFile Validation => _validation ??= new EventFile(InFolder("validation"), Training.Place.Clock);

        private string InFolder(params ReadOnlySpan<string> parts) => Path.Combine([Training.Place.PathOf(definition.LogDir), .. parts]);

        /// <summary>The file, and how long it is: what comes after is cut off when the training is taken up.</summary>
        private void Save(EventFile? file, SavedState state)
        {
            file?.Flush();
            state.Put("file", file is null ? null : Path.GetRelativePath(Training.Place.Folder, file.Path));
            state.Put("length", file is null || !File.Exists(file.Path) ? 0 : new FileInfo(file.Path).Length);
        }

        private EventFile? Restored(SavedState state) => (string?)state.Value("file") is { } file
            ? EventFile.GoOn(Training.Place.PathOf(file), state.Need<long>("length"), Training.Place.Clock)
            : null;

        private double PerSecond(long steps, long start) => steps / Math.Max(Training.Place.Clock.GetElapsedTime(start).TotalSeconds, 1e-9);

        private void WriteWeights(int epoch)
        {
            using var scope = NewDisposeScope();
            foreach (var weight in Training.Trainer.Model.Weights)
            {
                Train.Histogram($"{weight.Path}/histogram", weight.Value.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray(), epoch);
                if (definition.WriteImages && PictureOf(weight) is { } picture)
                {
                    Train.Image($"{weight.Path}/image", picture, epoch);
                }
            }
        }

        /// <summary>A weight as a picture, as Keras lays it out: rows are the shorter axis; null where it has too many axes.</summary>
        private static Picture? PictureOf(Weight weight)
        {
            var values = weight.Value.detach().to_type(ScalarType.Float32).squeeze();
            values = values.dim() switch
            {
                0 => values.reshape(1, 1, 1),
                1 => values.reshape(1, values.shape[0], 1),
                2 => (values.shape[0] > values.shape[1] ? values.t() : values).unsqueeze(-1),
                3 => values.permute(2, 0, 1)[0].unsqueeze(-1),
                _ => values,
            };
            if (values.dim() != 3)
            {
                return null;
            }

            var (least, most) = (values.min(), values.max());
            var pixels = values.sub(least).div(most.sub(least).clamp_min(1e-12)).mul(255).to_type(ScalarType.Byte).contiguous().data<byte>().ToArray();
            return new Picture((int)values.shape[0], (int)values.shape[1], (int)values.shape[2], pixels);
        }

        private void Try(Action act) => Attempt($"TensorBoard cannot write into {definition.LogDir}", act);
    }
}
