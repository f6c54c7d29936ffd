using System.Globalization;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>The checkpoints of an estimator in a folder: one safetensors file each, with weights, optimizer and step; written with one rename.</summary>
/// <param name="folder">The folder; it is made with the first checkpoint.</param>
public sealed partial class CheckpointStore(string folder)
{
    /// <summary>The checkpoints that are there, oldest first.</summary>
    public IReadOnlyList<(long Step, string Path)> All => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder)
            .Select(path => (Name: FileName().Match(Path.GetFileName(path)), Path: path))
            .Where(file => file.Name.Success)
            .Select(file => (long.Parse(file.Name.Groups[1].ValueSpan, CultureInfo.InvariantCulture), file.Path))
            .OrderBy(file => file.Item1)];

    /// <summary>The file of a step.</summary>
    internal string PathOf(long step) => PathOf(string.Create(CultureInfo.InvariantCulture, $"model.ckpt-{step}.safetensors"));

    /// <summary>The file of a name in the folder.</summary>
    internal string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>Saves an estimator as it is: it is copied now, and written beside the training.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="writer">Writes the copy.</param>
    /// <param name="then">What follows when the file is there.</param>
    /// <exception cref="IOException">A file before could not be written.</exception>
    public void Save(Estimator estimator, StateWriter writer, Action? then = null)
    {
        var path = PathOf(estimator.GlobalStep);
        var state = new SavedState();
        estimator.Save(state);
        writer.Write(state, copy =>
        {
            StateFile.Write(path, copy);
            then?.Invoke();
        });
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
    public void Prune(int? keep, HashSet<string> forGood)
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
        using var state = StateFile.Read(path);
        using var own = new SavedState();
        estimator.Save(own);
        var problems = own.Tensors.Select(pair => Difference(pair.Key, pair.Value.shape, state))
            .Concat(state.Tensors.Keys.Except(own.Tensors.Keys).Select(name => $"'{name}' is not in the model"))
            .OfType<string>().ToList();
        if (problems.Count > 0)
        {
            throw new EstimatorException($"{path} is of another model: {string.Join("; ", problems.Take(5))}{(problems.Count > 5 ? "; …" : "")}.");
        }

        estimator.Restore(state);
    }

    private static string? Difference(string name, long[] shape, SavedState state) =>
        !state.Tensors.TryGetValue(name, out var values) ? $"it has no '{name}'"
        : values.shape.AsSpan().SequenceEqual(shape) ? null
        : $"'{name}' is [{string.Join(", ", values.shape)}] there and [{string.Join(", ", shape)}] here";
}
