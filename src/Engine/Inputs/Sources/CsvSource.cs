using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using Sylvan.Data.Csv;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Tables with a header, one example a row.</summary>
/// <remarks>
/// Columns: those of the header. One of whole numbers is int64, one of other numbers float32, where an empty cell is NaN; one whose
/// first cell is no number is text. Empty lines are passed over.
/// Errors: a cell that is no number in a column of numbers is told with its line.
/// </remarks>
[KerasName("csv")]
public sealed record CsvSource : FileSource
{
    private const int MaxRow = 1 << 28;

    /// <summary>What stands between cells; null finds it out from the header.</summary>
    [KerasName("field_delim", "separator")]
    public string? FieldDelim { get; init; }

    /// <summary>The columns to read; null is all.</summary>
    public IReadOnlyList<string>? SelectColumns { get; init; }

    /// <summary>Columns that are text, whatever their cells look like.</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = [];

    /// <summary>What a cell without a value says, beside nothing at all.</summary>
    public string NaValue { get; init; } = "";

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => FieldDelim is null or { Length: 1 } ? base.FindMistakes()
        : base.FindMistakes().Append(new OptionMistake("field_delim", $"field_delim is '{FieldDelim}'.", "one character"));

    /// <summary>Reads a table that is in memory; numbers belong to the caller's scope.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="DataException">It is no such table.</exception>
    public IReadOnlyDictionary<string, ArrayValues> Read(string name, ReadOnlyMemory<byte> content) => Read(name, () => new MemoryStream(content.ToArray(), writable: false));

    private protected override IReadOnlyDictionary<string, ArrayValues> ReadFile(string path) => Read(path, () => DataFile.OpenRead(path));

    private IReadOnlyDictionary<string, ArrayValues> Read(string path, Func<Stream> open) => CsvTable.Read(this, path, open, (table, file) =>
    {
        _ = table.Read(table.Columns, int.MaxValue);

        return (IReadOnlyDictionary<string, ArrayValues>)table.Columns.OfType<CsvColumn>().ToDictionary(column => column.Name, column => column.ToValues(), StringComparer.Ordinal);
    });

    private protected override RowTable OpenFile(string path) => CsvRows.Scan(this, path);

    /// <summary>Opens a table.</summary>
    /// <param name="path">What to call it.</param>
    /// <param name="stream">Its content, closed in the end.</param>
    /// <param name="encoding">How its bytes are letters, once it is known.</param>
    internal CsvDataReader Open(string path, Stream stream, Encoding? encoding = null) => Told(path, () => CsvDataReader.Create(
        new StreamReader(stream, encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: encoding is null, 1 << 16),
        new CsvDataReaderOptions
        {
            HasHeaders = true,
            Delimiter = FieldDelim?[0],
            Comment = '\0', // a line of text may begin with '#'
            BufferSize = 1 << 16,
            MaxBufferSize = MaxRow,
            OwnsReader = true,
        }));

    /// <summary>The columns of a table, and all of its names as they are written.</summary>
    /// <param name="path">What to call it.</param>
    /// <param name="content">Its bytes, closed in the end.</param>
    internal (CsvColumn?[] Columns, IReadOnlyList<string> Names) Header(string path, Stream content) => Told(path, () =>
    {
        using var reader = Open(path, content);
        return (ColumnsOf(reader, path), (IReadOnlyList<string>)[.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]);
    });

    private protected override IReadOnlyDictionary<string, ColumnHeader> ReadHeader(string path) =>
        Header(path, DataFile.OpenRead(path)).Columns.OfType<CsvColumn>().ToDictionary(column => column.Name, _ => new ColumnHeader(null, null), StringComparer.Ordinal);

    /// <summary>Does something with a table; what the reader meets is told as one kind of error.</summary>
    internal static T Told<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception error) when (error is CsvFormatException or FormatException or InvalidDataException or IOException)
        {
            throw new DataException($"{path} is no table that can be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>The columns in the order of the file; null for those that are not read.</summary>
    internal CsvColumn?[] ColumnsOf(CsvDataReader reader, string path)
    {
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetName(i).Trim())];
        if (names.Length == 0 || Array.Exists(names, name => name.Length == 0 && SelectColumns is null))
        {
            throw new DataException($"{path} has a column without a name. Its first line must name the columns.");
        }

        if ((SelectColumns ?? names).Concat(TextColumns).FirstOrDefault(name => !names.Contains(name)) is { } strange)
        {
            throw new DataException($"{path} has no column '{strange}'.{NearestName.Hint(strange, names)} It has {string.Join(", ", names)}.");
        }

        var read = names.Select(name => SelectColumns?.Contains(name) != false).ToArray();
        return names.Where((_, i) => read[i]).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new DataException($"{path} has two columns called '{twice.Key}'.")
            : [.. names.Select((name, i) => read[i] ? new CsvColumn(name, TextColumns.Contains(name), NaValue) : null)];
    }
}
