using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>NumPy's archives of arrays; the first axis of each is the examples. Single numbers in them are passed over.</summary>
/// <remarks>Columns: the arrays, by their names.</remarks>
[KerasName("npz")]
public sealed record NpzSource : FileSource
{
    private protected override IReadOnlyDictionary<string, ArrayValues> ReadFile(string path) =>
        Npz.ReadAll(path).Where(array => array.Value.Shape.Count > 0).ToDictionary(StringComparer.Ordinal);

    private protected override IReadOnlyDictionary<string, ColumnHeader> ReadHeader(string path) =>
        Npz.ReadHeaders(path).Where(header => header.Value.Shape.Count > 0)
            .ToDictionary(header => header.Key, header => ColumnHeader.Of(header.Value.Type, header.Value.Shape), StringComparer.Ordinal);

    private protected override RowTable OpenFile(string path)
    {
        var headers = Npz.ReadHeaders(path).Where(header => header.Value.Shape.Count > 0).ToList();
        CheckLengths(headers.Select(header => KeyValuePair.Create(header.Key, (long?)header.Value.Shape[0])), path);
        return new ArrayRows(headers.ToDictionary(
            header => header.Key,
            header =>
            {
                var name = $"{path}: {header.Key}";
                return new ArrayColumn(RowFormat.Of(header.Value, name), path, null, () =>
                {
                    var stream = Npz.OpenEntry(path, header.Key);
                    Npy.ReadHeader(stream, name);
                    return new BufferedStream(stream, 1 << 16);
                });
            },
            StringComparer.Ordinal));
    }
}
