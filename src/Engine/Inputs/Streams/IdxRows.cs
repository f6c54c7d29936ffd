namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A pair of files in MNIST's format: <c>x</c> and <c>y</c>.</summary>
internal sealed class IdxRows : ArrayRows
{
    private IdxRows(IReadOnlyDictionary<string, ArrayColumn> columns)
        : base(columns)
    {
    }

    /// <summary>The rows of a pair.</summary>
    /// <exception cref="DataException">One is no such file, or they differ in length.</exception>
    internal static IdxRows Of(string x, string y)
    {
        var columns = new Dictionary<string, ArrayColumn> { ["x"] = ColumnOf(x), ["y"] = ColumnOf(y) };
        CheckLengths(x, columns["x"].Format.Count, y, columns["y"].Format.Count);
        return new IdxRows(columns);
    }

    /// <summary>Makes sure that there are as many labels as examples.</summary>
    /// <exception cref="DataException">There are not.</exception>
    internal static void CheckLengths(string x, long xCount, string y, long yCount)
    {
        if (xCount != yCount)
        {
            throw new DataException($"{x} has {xCount} examples, but {y} has {yCount}.");
        }
    }

    private static ArrayColumn ColumnOf(string path)
    {
        var (type, shape) = IdxFile.ReadHeader(path);
        var format = RowFormat.Of(type, shape, path);
        var start = IdxFile.ValuesAt(path);
        if (start is { } at && new FileInfo(path).Length is var length && length != at + (format.Count * format.RowBytes))
        {
            throw new DataException(length < at + (format.Count * format.RowBytes)
                ? $"{path} says it has {string.Join(" × ", shape)} values, and is too short for them."
                : $"{path} goes on after its values.");
        }

        return new ArrayColumn(format, path, start, () => IdxFile.OpenValues(path));
    }
}
