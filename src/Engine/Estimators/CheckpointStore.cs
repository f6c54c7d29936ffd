using System.Globalization;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>The checkpoints of an estimator in a folder: one safetensors file each, with weights, optimizer and step; written with one rename.</summary>
/// <param name="folder">The folder; it is made with the first checkpoint.</param>
public sealed partial class CheckpointStore(string folder)
{
    private const string Format = "1";
    private const string OptimizerPrefix = "optimizer/";

    /// <summary>The checkpoints that are there, oldest first.</summary>
    public IReadOnlyList<(long Step, string Path)> All => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder)
            .Select(path => (Name: FileName().Match(Path.GetFileName(path)), Path: path))
            .Where(file => file.Name.Success)
            .Select(file => (long.Parse(file.Name.Groups[1].ValueSpan, CultureInfo.InvariantCulture), file.Path))
            .OrderBy(file => file.Item1)];

    /// <summary>Saves an estimator as it is.</summary>
    /// <returns>The file.</returns>
    public string Save(Estimator estimator)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"model.ckpt-{estimator.GlobalStep}.safetensors"));
        var optimizer = estimator.Trainer.Optimizer;
        Safetensors.Write(
            path,
            [.. estimator.Model.Weights.Select(weight => KeyValuePair.Create(weight.Path, weight.Value)),
                .. optimizer.Slots.Select(slot => KeyValuePair.Create(OptimizerPrefix + slot.Key, slot.Value))],
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["global_step"] = estimator.GlobalStep.ToString(CultureInfo.InvariantCulture),
                ["iterations"] = optimizer.Iterations.ToString(CultureInfo.InvariantCulture),
                ["learning_rate"] = optimizer.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            });
        return path;
    }

    /// <summary>Restores an estimator from the newest checkpoint; one that is damaged is told and passed over for the one before.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="tell">Takes a sentence about each checkpoint that could not be used.</param>
    /// <returns>The file; null when there is none.</returns>
    /// <exception cref="EstimatorException">The checkpoint is of another architecture.</exception>
    public string? RestoreNewest(Estimator estimator, Action<string> tell)
    {
        foreach (var (_, path) in All.Reverse())
        {
            try
            {
                Restore(estimator, path);
                return path;
            }
            catch (DataException damage)
            {
                tell($"{damage.Message} The checkpoint before it is used.");
            }
        }

        return null;
    }

    /// <summary>Deletes checkpoints that need not stay.</summary>
    /// <param name="keep">How many of the newest stay; null or 0 keeps all.</param>
    /// <param name="forGood">Files that stay whatever their age.</param>
    public void Prune(int? keep, IReadOnlySet<string> forGood)
    {
        if (keep is not > 0)
        {
            return;
        }

        foreach (var (_, path) in All.SkipLast(keep.Value).Where(file => !forGood.Contains(file.Path)))
        {
            File.Delete(path);
        }
    }

    [GeneratedRegex(@"^model\.ckpt-(\d+)\.safetensors$")]
    private static partial Regex FileName();

    private static void Restore(Estimator estimator, string path)
    {
        using var scope = NewDisposeScope();
        var content = Safetensors.Read(path);
        var (weights, slots) = (estimator.Model.Weights, estimator.Trainer.Optimizer.Slots);
        var problems = weights.Select(weight => Difference(weight.Path, [.. weight.Shape], content))
            .Concat(slots.Select(slot => Difference(OptimizerPrefix + slot.Key, slot.Value.shape, content)))
            .Concat(content.Tensors.Keys.Except(weights.Select(weight => weight.Path).Concat(slots.Select(slot => OptimizerPrefix + slot.Key))).Select(name => $"'{name}' is not in the model"))
            .OfType<string>().ToList();
        if (problems.Count > 0)
        {
            throw new EstimatorException($"{path} is of another model: {string.Join("; ", problems.Take(5))}{(problems.Count > 5 ? "; …" : "")}.");
        }

        foreach (var weight in weights)
        {
            weight.Assign(content.Tensors[weight.Path]);
        }

        using var still = no_grad();
        foreach (var (name, slot) in slots)
        {
            slot.copy_(content.Tensors[OptimizerPrefix + name]);
        }

        var optimizer = estimator.Trainer.Optimizer;
        optimizer.Iterations = Number<long>(content, "iterations", path);
        var rate = Number<float>(content, "learning_rate", path);
        if (optimizer.LearningRate != rate)
        {
            optimizer.LearningRate = rate;
        }

        (estimator.GlobalStep, estimator.HasWeights) = (Number<long>(content, "global_step", path), true);
    }

    private static string? Difference(string name, long[] shape, SafetensorsContent content) =>
        !content.Tensors.TryGetValue(name, out var values) ? $"it has no '{name}'"
        : values.shape.AsSpan().SequenceEqual(shape) ? null
        : $"'{name}' is [{string.Join(", ", values.shape)}] there and [{string.Join(", ", shape)}] here";

    private static T Number<T>(SafetensorsContent content, string name, string path)
        where T : ISpanParsable<T> => content.Texts.TryGetValue(name, out var text) && T.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new DataException($"{path} is damaged: it does not say its {name}.");
}
