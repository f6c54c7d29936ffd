using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using Sylvan.Data.Csv;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Tables with a header, one example a row.</summary>
/// <remarks>
/// Columns: those of the header. A column of whole numbers is int64, one of other numbers float32; an empty cell is NaN.
/// Errors: a cell that is no number is told with its line, unless its column is left out by <c>skip</c>.
/// </remarks>
[KerasName("csv")]
public sealed record CsvSource : FileSource
{
    /// <summary>What stands between cells; null finds out.</summary>
    public string? Separator { get; init; }

    /// <summary>Columns that are left out.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    private protected override IReadOnlyDictionary<string, Tensor> ReadFile(string path)
    {
        try
        {
            return ReadTable(path);
        }
        catch (Exception error) when (error is CsvFormatException or FormatException or InvalidDataException)
        {
            throw new DataException($"{path} is no table that can be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private Dictionary<string, Tensor> ReadTable(string path)
    {
        using var reader = CsvDataReader.Create(path, new CsvDataReaderOptions { HasHeaders = true, Delimiter = Separator is [var mark, ..] ? mark : null });
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var kept = Enumerable.Range(0, names.Length).Where(column => !Skip.Contains(names[column])).ToArray();
        if (kept.Select(column => names[column]).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DataException($"{path} has two columns called '{twice.Key}'.");
        }

        var values = kept.Select(_ => new List<double>()).ToArray();
        while (reader.Read())
        {
            if (reader.RowFieldCount != names.Length)
            {
                throw new DataException($"{path}:{reader.RowNumber + 1}: the row has {reader.RowFieldCount} cells, but the header has {names.Length}.");
            }

            for (var i = 0; i < kept.Length; i++)
            {
                values[i].Add(Number(reader.GetFieldSpan(kept[i]), path, reader.RowNumber + 1, names[kept[i]]));
            }
        }

        return kept.Select((column, i) => (Name: names[column], Values: values[i])).ToDictionary(
            column => column.Name, column => ToTensor(column.Values), StringComparer.Ordinal);
    }

    private static Tensor ToTensor(List<double> values) => values.TrueForAll(value => value == Math.Truncate(value) && Math.Abs(value) < 1L << 53)
        ? tensor(values.Select(value => (long)value).ToArray())
        : tensor(values.Select(value => (float)value).ToArray());

    private static double Number(ReadOnlySpan<char> cell, string path, int line, string column) =>
        cell.IsWhiteSpace() ? double.NaN
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw new DataException($"{path}:{line}: '{cell}' in the column '{column}' is no number. Leave the column out with skip: [{column}].");
}
