using System.IO.Compression;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving.Hdf5;
using TorchSharp;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>The variables of a <c>.keras</c> or a <c>.weights.h5</c>, by the path of the thing that owns them.</summary>
internal interface IVariableStore
{
    /// <summary>The variables at a path, in order; none where there is nothing.</summary>
    IReadOnlyList<SavedValue> At(string path);

    /// <summary>A variable that goes by a name of its own; null where it is not there.</summary>
    SavedValue? Find(string path, string name);
}

/// <summary>Variables in HDF5: <c>layers/dense/vars/0</c>.</summary>
/// <param name="root">The group that holds all.</param>
internal sealed class Hdf5Variables(Hdf5Group root) : IVariableStore
{
    private const string InKeras213 = "_layer_checkpoint_dependencies";
    private readonly bool _is213 = root.Names.Contains(InKeras213);

    /// <inheritdoc/>
    public IReadOnlyList<SavedValue> At(string path)
    {
        var group = root.TryGroup(path.Length == 0 ? "vars" : $"{path}/vars")
            ?? (_is213 ? root.TryGroup($"{path.Replace("layers", InKeras213, StringComparison.Ordinal)}/vars") : null);
        var values = new List<SavedValue>();
        while (group?.TryArray($"{values.Count}") is { } array)
        {
            values.Add(SavedValue.Of(array));
        }

        return values;
    }

    /// <inheritdoc/>
    public SavedValue? Find(string path, string name) => root.TryGroup($"{path}/vars")?.TryArray(name) is { } array ? SavedValue.Of(array) : null;
}

/// <summary>Variables in NumPy's archive: an array <c>layers/dense/vars/0</c>, or <c>layers/dense/0</c>.</summary>
internal sealed class NpzVariables : IVariableStore
{
    private readonly Dictionary<string, (ZipArchiveEntry Entry, NpyHeader Header)> _arrays = new(StringComparer.Ordinal);

    /// <summary>Reads what there is.</summary>
    /// <exception cref="FileProblem">It is no such archive, or holds Python objects.</exception>
    internal NpzVariables(ZipArchive archive)
    {
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            try
            {
                _arrays[entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName] = (entry, Npy.ReadHeader(stream, entry.FullName));
            }
            catch (DataException broken)
            {
                throw new FileProblem(broken.Message);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<SavedValue> At(string path)
    {
        var values = new List<SavedValue>();
        while (Find(path, values.Count) is { } found)
        {
            values.Add(ValueOf(found));
        }

        return values;
    }

    /// <inheritdoc/>
    public SavedValue? Find(string path, string name) =>
        _arrays.TryGetValue($"{path}/vars/{name}", out var found) || _arrays.TryGetValue($"{path}/{name}", out found) ? ValueOf(found) : null;

    private static SavedValue ValueOf((ZipArchiveEntry Entry, NpyHeader Header) found) => new(found.Header.Shape, found.Header.Count * found.Header.ItemSize, () =>
    {
        using var stream = found.Entry.Open();
        return Npy.Read(stream, found.Entry.Length, found.Entry.FullName);
    });

    private (ZipArchiveEntry Entry, NpyHeader Header)? Find(string path, int number)
    {
        var start = path.Length == 0 ? "" : path + "/";
        return _arrays.TryGetValue($"{start}vars/{number}", out var found) || _arrays.TryGetValue($"{start}{number}", out found) ? found : null;
    }
}
