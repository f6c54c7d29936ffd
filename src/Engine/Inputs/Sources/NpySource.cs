using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>One NumPy array a split; its first axis is the examples.</summary>
/// <remarks>Columns: <c>x</c>.</remarks>
[KerasName("npy")]
public sealed record NpySource : FileSource
{
    private protected override IReadOnlyDictionary<string, ArrayValues> ReadFile(string path)
    {
        var values = Npy.ReadAny(path);
        return new Dictionary<string, ArrayValues> { ["x"] = values.Shape.Count > 0 ? values : throw NoExamples(path) };
    }

    private protected override IReadOnlyDictionary<string, ColumnHeader> ReadHeader(string path)
    {
        var header = Npy.ReadHeader(path);
        return new Dictionary<string, ColumnHeader> { ["x"] = header.Shape.Count > 0 ? ColumnHeader.Of(header.Type, header.Shape) : throw NoExamples(path) };
    }

    private protected override RowTable OpenFile(string path)
    {
        using var file = DataFile.OpenRead(path);
        var header = Npy.ReadHeader(file, path);
        var format = RowFormat.Of(header.Shape.Count > 0 ? header : throw NoExamples(path), path);
        return file.Length - file.Position < format.Count * (double)format.RowBytes
            ? throw new DataException($"{path} says it has {header.Count} elements, and is too short for them.")
            : new ArrayRows(new Dictionary<string, ArrayColumn> { ["x"] = new(format, path, file.Position, () => throw new InvalidOperationException("It is not packed.")) });
    }

    private static DataException NoExamples(string path) => new($"{path} is one number, not examples.");
}
