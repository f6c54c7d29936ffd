using System.CommandLine;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Runner.Commands;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Asking;

/// <summary>What computes predictions.</summary>
internal enum PredictionEngine
{
    /// <summary>The layers themselves, as in training.</summary>
    Torch,

    /// <summary>ONNX Runtime, which is faster and does not know every layer.</summary>
    Onnx,
}

/// <summary>Predicts with the engine that was asked for, or the one that is likely the faster.</summary>
internal static class Predictor
{
    private const long Many = 1000; // examples from which on a translation pays

    /// <summary><c>--engine</c>.</summary>
    internal static Option<PredictionEngine?> Option() => new("--engine")
    {
        Description = $"What computes: torch, or onnx for ONNX Runtime; unless said, onnx from {Many} examples on where it knows every layer.",
        HelpName = "torch|onnx",
    };

    /// <summary>The predictions, by the names of the outputs.</summary>
    /// <exception cref="WrongCommandException">ONNX was asked for, and cannot say the model.</exception>
    internal static IReadOnlyDictionary<string, Tensor> Predict(Model model, ColumnBatches batches, long examples, PredictionEngine? engine, Action<long> each)
    {
        if (engine == PredictionEngine.Onnx || (engine is null && examples >= Many))
        {
            try
            {
                using var translated = new OnnxModel(model, get_num_threads());
                return translated.Predict(batches, each);
            }
            catch (OnnxException problem) when (engine is not null)
            {
                throw new WrongCommandException($"{problem.Message} --engine torch computes it.", problem);
            }
            catch (OnnxException)
            {
                // What ONNX cannot say, the layers compute.
            }
        }

        return model.Predict(batches, each);
    }
}
