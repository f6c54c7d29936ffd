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

    private const string TorchComputes = "--engine torch computes it.";

    /// <summary><c>--engine</c>.</summary>
    internal static Option<PredictionEngine?> Option() => new("--engine")
    {
        Description = $"What computes: torch, or onnx for ONNX Runtime; unless said, onnx from {Many} examples on where it is the faster and knows every layer.",
        HelpName = "torch|onnx",
    };

    /// <summary>How many examples are best computed together; null leaves it to others.</summary>
    internal static int? GoodBatch(Model model, PredictionEngine? engine) =>
        engine != PredictionEngine.Onnx && Inference.LayersAreFaster(model) && model.Graph.Inputs.All(port => port.Spec.Shape[0] is null) ? Inference.GoodBatch(model.Graph) : null;

    /// <summary>The predictions, by the names of the outputs.</summary>
    /// <exception cref="WrongCommandException">ONNX was asked for, and cannot say the model.</exception>
    internal static IReadOnlyDictionary<string, Tensor> Predict(Model model, IBatchSource batches, long examples, PredictionEngine? engine, Action<long> each)
    {
        using var translated = Translate(model, examples, engine);
        return translated is null ? model.Predict(batches, each) : translated.Predict(batches, each);
    }

    /// <summary>Predicts, and hands out what comes out of each batch.</summary>
    /// <exception cref="WrongCommandException">ONNX was asked for, and cannot say the model.</exception>
    internal static void Predict(Model model, IBatchSource batches, long examples, PredictionEngine? engine, Action<IReadOnlyList<Tensor>> take)
    {
        using var translated = Translate(model, examples, engine);
        if (translated is null)
        {
            model.Predict(batches, take);
        }
        else
        {
            translated.Predict(batches, take);
        }
    }

    /// <summary>The loss and the metrics over batches.</summary>
    /// <exception cref="WrongCommandException">ONNX was asked for, and cannot tell them.</exception>
    internal static Logs Evaluate(Trainer trainer, IBatchSource batches, long examples, PredictionEngine? engine)
    {
        OnnxModel? translated = null;
        try
        {
            return trainer.Evaluate(batches, Faster);
        }
        finally
        {
            translated?.Dispose();
        }

        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>? Faster(string? layersOnly)
        {
            if (layersOnly is not null && engine == PredictionEngine.Onnx)
            {
                throw new WrongCommandException($"{layersOnly} {TorchComputes}");
            }

            translated = layersOnly is null ? Translate(trainer.Model, examples, engine) : null;
            return translated is null ? null : translated.Call;
        }
    }

    /// <summary>The model in ONNX where that is asked for, or likely the faster; else null.</summary>
    /// <param name="model">The model.</param>
    /// <param name="examples">How many examples it will be asked about.</param>
    /// <param name="engine">What was asked for; null leaves the choice.</param>
    /// <exception cref="WrongCommandException">ONNX was asked for, and cannot say the model.</exception>
    internal static OnnxModel? Translate(Model model, long examples, PredictionEngine? engine)
    {
        if (engine == PredictionEngine.Torch || (engine is null && (examples < Many || Inference.LayersAreFaster(model))))
        {
            return null;
        }

        try
        {
            return new OnnxModel(model, get_num_threads());
        }
        catch (OnnxException problem) when (engine is not null)
        {
            throw new WrongCommandException($"{problem.Message} {TorchComputes}", problem);
        }
        catch (OnnxException)
        {
            return null; // what ONNX cannot say, the layers compute
        }
    }
}
