using ExperimentRunner.Benchmarks.Contests;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>Predictions of the MNIST CNN by ONNX Runtime and by our layers, against TorchSharp's forward in inference mode, in turns in one process.</summary>
internal static class PredictBenchmark
{
    private const int Images = 10_000;
    private const int TheirBatch = 128; // of 32 to 1,000 the best for TorchSharp
    private const int Each = 2_000; // images a turn

    internal static Contrast Run()
    {
        using var scope = NewDisposeScope();
        using var model = MnistCnn.Model();
        using var translated = new OnnxModel(model, get_num_threads());
        using var byHand = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
            nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10), nn.Softmax(1));
        byHand.eval();
        var pictures = rand(Each, 28, 28, 1);
        var ahead = pictures.reshape(Each, 1, 28, 28);

        Console.WriteLine($"a thousand images of the MNIST CNN / TorchSharp's forward in inference mode, batch {TheirBatch}, {get_num_threads()} threads");
        using var few = new ColumnBatches([Column.Of(pictures)], [], [], new BatchPlan { Examples = Each, BatchSize = OnnxModel.GoodBatch });
        using var many = new ColumnBatches([Column.Of(pictures)], [], [], new BatchPlan { Examples = Each, BatchSize = Inference.GoodBatch(model.Graph) });
        var onnx = Rounds.Compare("ONNX Runtime", () => Predict(few, each => translated.Predict(each)), Theirs, rounds: 5, per: Each / 1000);
        var layers = Rounds.Compare("layers", () => Predict(many, each => model.Predict(each)), Theirs, per: Each / 1000);
        return Inference.LayersAreFaster(model) ? layers : onnx; // as the program decides

        void Theirs()
        {
            using var turn = NewDisposeScope();
            using var inference = inference_mode();
            var parts = new List<Tensor>();
            for (var start = 0; start < Each; start += TheirBatch)
            {
                parts.Add(byHand.forward(ahead.narrow(0, start, Math.Min(TheirBatch, Each - start))));
            }

            cat(parts);
        }
    }

    private static void Predict(IBatchSource batches, Func<IBatchSource, IReadOnlyDictionary<string, Tensor>> predict)
    {
        using var turn = NewDisposeScope();
        predict(batches);
    }
}
