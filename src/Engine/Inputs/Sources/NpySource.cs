using ExperimentRunner.Engine.Definitions;
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

    private static DataException NoExamples(string path) => new($"{path} is one number, not examples.");
}
