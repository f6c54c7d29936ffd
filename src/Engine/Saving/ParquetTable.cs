using System.Globalization;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using Parquet;
using Parquet.Schema;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Reads and writes Parquet: tables kept column by column, in groups of rows.</summary>
/// <remarks>
/// A column of lists that are all of one length is read as <c>[rows, length]</c>. An empty cell is NaN among numbers, and nothing among
/// texts. Source: Apache Parquet, "Parquet file format".
/// </remarks>
public static class ParquetTable
{
    private const int RowsAGroup = 1 << 17;

    /// <summary>The columns of a file by name, with the type of their cells, and how many rows there are. No cell is read.</summary>
    /// <exception cref="DataException">It is no such file, or not there.</exception>
    public static (IReadOnlyDictionary<string, DataType?> Columns, long Rows) ReadHeader(string path) => Opened(path, reader =>
    {
        var columns = new Dictionary<string, DataType?>(StringComparer.Ordinal);
        foreach (var field in reader.Schema.DataFields)
        {
            columns[NameOf(field)] = field.MaxRepetitionLevel > 0 || field.IsNullable ? null : TypeOf(field);
        }

        return ((IReadOnlyDictionary<string, DataType?>)columns, Enumerable.Range(0, reader.RowGroupCount).Sum(group => RowsOf(reader, group)));
    });

    /// <summary>Columns of a file by name, read group by group; numbers belong to the caller's scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The columns to read; null is all.</param>
    /// <exception cref="DataException">It is no such file, or not there, or has no such column.</exception>
    public static IReadOnlyDictionary<string, ArrayValues> Read(string path, IReadOnlyList<string>? names = null) => Opened(path, reader =>
    {
        var fields = FieldsOf(reader, path, names);
        var parts = fields.Keys.ToDictionary(name => name, _ => new List<ArrayValues>(), StringComparer.Ordinal);
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            using var group = reader.OpenRowGroupReader(number);
            foreach (var (name, cells) in parts)
            {
                cells.Add(Cells(group, fields[name], checked((int)group.RowCount), $"{path}: {name}"));
            }
        }

        return parts.ToDictionary(column => column.Key, column => Joined(column.Value, $"{path}: {column.Key}"), StringComparer.Ordinal);
    });

    /// <summary>What is to be known of a file to read it group by group; no more than one group's cells are in memory at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The columns; null is all.</param>
    /// <returns>Shape and type of each column's batches, and the rows of each group.</returns>
    /// <exception cref="DataException">It is no such file, or not there, or has no such column.</exception>
    internal static (IReadOnlyDictionary<string, Spec> Columns, long[] GroupRows) ReadSpecs(string path, IReadOnlyList<string>? names) => Opened(path, reader =>
    {
        var fields = FieldsOf(reader, path, names);
        var columns = fields.Keys.ToDictionary(
            name => name,
            name =>
            {
                using var scope = NewDisposeScope();
                Spec? found = null;
                for (var number = 0; number < reader.RowGroupCount; number++)
                {
                    using var group = reader.OpenRowGroupReader(number);
                    var cells = Cells(group, fields[name], checked((int)group.RowCount), $"{path}: {name}");
                    var real = cells.Numbers?.is_floating_point() == true;
                    found = found is null || (real && found.Type.ToTorch() != cells.Numbers!.dtype) ? new Spec(Shape.OfBatch(cells.Shape.Skip(1).Select(length => (long?)length)), cells.Type) : found;
                    if (real || cells.Text is not null || !fields[name].IsNullable)
                    {
                        break; // else an empty cell in a later group makes all numbers real
                    }
                }

                return found ?? throw new DataException($"{path}: {name} has no rows.");
            },
            StringComparer.Ordinal);
        return ((IReadOnlyDictionary<string, Spec>)columns, Enumerable.Range(0, reader.RowGroupCount).Select(group => RowsOf(reader, group)).ToArray());
    });

    /// <summary>Columns of one group of rows; numbers belong to the caller's scope.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static ArrayValues[] ReadGroup(string path, IReadOnlyList<string> names, int number) => Opened(path, reader =>
    {
        var fields = FieldsOf(reader, path, names);
        using var group = number < reader.RowGroupCount ? reader.OpenRowGroupReader(number) : throw new DataException($"{path} became shorter while it was read.");
        return names.Select(name => Cells(group, fields[name], checked((int)group.RowCount), $"{path}: {name}")).ToArray();
    });

    /// <summary>Writes columns into a new file, whole or not at all. One of several numbers a row takes a column each: <c>dense_0</c>, <c>dense_1</c>.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, ArrayValues>> columns) => WholeFile.Write(path, file =>
    {
        using var scope = NewDisposeScope();
        var flat = columns.SelectMany(column => Flat(column.Key, column.Value)).ToList();
        var fields = flat.ConvertAll(column => new DataField(column.Name, column.Cells.GetType().GetElementType()!, isNullable: false));
        WriteAll(file, fields, flat.ConvertAll(column => column.Cells)).GetAwaiter().GetResult();
    });

    private static async Task WriteAll(Stream file, List<DataField> fields, List<Array> columns)
    {
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file).ConfigureAwait(false);
        var rows = columns.Count == 0 ? 0 : columns[0].Length;
        for (var start = 0; start < rows; start += RowsAGroup)
        {
            var length = Math.Min(RowsAGroup, rows - start);
            using var group = writer.CreateRowGroup();
            foreach (var (field, cells) in fields.Zip(columns))
            {
                await (cells switch
                {
                    string[] texts => group.WriteAsync(field, texts.AsSpan(start, length).ToArray()),
                    float[] numbers => group.WriteAsync<float>(field, numbers.AsMemory(start, length)),
                    double[] numbers => group.WriteAsync<double>(field, numbers.AsMemory(start, length)),
                    bool[] numbers => group.WriteAsync<bool>(field, numbers.AsMemory(start, length)),
                    int[] numbers => group.WriteAsync<int>(field, numbers.AsMemory(start, length)),
                    _ => group.WriteAsync<long>(field, ((long[])cells).AsMemory(start, length)),
                }).ConfigureAwait(false);
            }

            group.CompleteValidate();
        }
    }

    private static IEnumerable<(string Name, Array Cells)> Flat(string name, ArrayValues values)
    {
        var width = values.Shape.Skip(1).Aggregate(1L, (size, length) => size * length);
        if (values.Text is { } text)
        {
            return Enumerable.Range(0, (int)width).Select(i => (Placed(name, i, values.Shape), (Array)text.Values.Where((_, place) => place % width == i).ToArray()));
        }

        var numbers = values.Numbers!.reshape(values.Shape[0], width);
        return Enumerable.Range(0, (int)width).Select(i => (Placed(name, i, values.Shape), CellsOf(numbers.select(1, i))));
    }

    /// <summary>The name of the column for one place of each row: <c>dense_3</c>, <c>image_1_0</c>; where there is one place, the name itself.</summary>
    private static string Placed(string name, long index, IReadOnlyList<long> shape)
    {
        var places = new Stack<string>();
        for (var axis = shape.Count - 1; axis > 0; axis--)
        {
            places.Push((index % shape[axis]).ToString(CultureInfo.InvariantCulture));
            index /= shape[axis];
        }

        return shape.Skip(1).All(length => length == 1) ? name : $"{name}_{string.Join('_', places)}";
    }

    private static Array CellsOf(Tensor numbers) => numbers.dtype switch
    {
        ScalarType.Float64 => numbers.contiguous().data<double>().ToArray(),
        ScalarType.Bool => numbers.contiguous().data<bool>().ToArray(),
        ScalarType.Int32 => numbers.contiguous().data<int>().ToArray(),
        ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 => numbers.to_type(ScalarType.Float32).contiguous().data<float>().ToArray(),
        _ => numbers.to_type(ScalarType.Int64).contiguous().data<long>().ToArray(),
    };

    /// <summary>The fields of the columns that are wanted, in that order.</summary>
    private static OrderedDictionary<string, DataField> FieldsOf(ParquetReader reader, string path, IReadOnlyList<string>? names)
    {
        var fields = new OrderedDictionary<string, DataField>(reader.Schema.DataFields.ToDictionary(NameOf, StringComparer.Ordinal), StringComparer.Ordinal);
        return names is null ? fields
            : names.FirstOrDefault(name => !fields.ContainsKey(name)) is { } strange
                ? throw new DataException($"{path} has no column '{strange}'.{Definitions.NearestName.Hint(strange, fields.Keys)} It has {string.Join(", ", fields.Keys)}.")
                : new OrderedDictionary<string, DataField>(names.Distinct().Select(name => KeyValuePair.Create(name, fields[name])), StringComparer.Ordinal);
    }

    private static ArrayValues Cells(ParquetRowGroupReader group, DataField field, int rows, string name) => KindOf(field) switch
    {
        TypeCode.String => Texts(group, field, rows, name),
        TypeCode.Boolean => Numbers<bool>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.SByte => Numbers<sbyte>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.Byte => Numbers<byte>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.Int16 => Numbers<short>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.UInt16 => Numbers<ushort>(group, field, rows, name, cells => tensor(Array.ConvertAll(cells, cell => (int)cell))),
        TypeCode.Int32 => Numbers<int>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.UInt32 => Numbers<uint>(group, field, rows, name, cells => tensor(Array.ConvertAll(cells, cell => (long)cell))),
        TypeCode.Int64 => Numbers<long>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.UInt64 => Numbers<ulong>(group, field, rows, name, cells => tensor(Array.ConvertAll(cells, cell => checked((long)cell)))),
        TypeCode.Single => Numbers<float>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.Double => Numbers<double>(group, field, rows, name, cells => tensor(cells)),
        TypeCode.Decimal => Numbers<decimal>(group, field, rows, name, cells => tensor(Array.ConvertAll(cells, cell => (double)cell))),
        _ => throw new DataException($"{name} is neither numbers nor text, so it cannot be read. Leave it out with 'select_columns'."),
    };

    private static ArrayValues Texts(ParquetRowGroupReader group, DataField field, int rows, string name)
    {
        if (field.MaxRepetitionLevel > 0)
        {
            throw new DataException($"{name} is lists of text, which cannot be read. Leave it out with 'select_columns'.");
        }

        var cells = new string?[rows];
        group.ReadAsync(field, cells.AsMemory()).AsTask().GetAwaiter().GetResult();
        return new ArrayValues(new TextArray([.. cells.Select(cell => cell ?? "")], rows));
    }

    private static ArrayValues Numbers<T>(ParquetRowGroupReader group, DataField field, int rows, string name, Func<T[], Tensor> make)
        where T : unmanaged
    {
        if (field.MaxRepetitionLevel > 0)
        {
            return Lists(group, field, rows, name, make);
        }

        if (!field.IsNullable)
        {
            var full = new T[rows];
            group.ReadAsync<T>(field, full.AsMemory()).AsTask().GetAwaiter().GetResult();
            return new ArrayValues(make(full));
        }

        var cells = new T?[rows];
        group.ReadAsync<T>(field, cells.AsMemory()).AsTask().GetAwaiter().GetResult();
        var numbers = make(Array.ConvertAll(cells, cell => cell ?? default));
        if (Array.TrueForAll(cells, cell => cell is not null))
        {
            return new ArrayValues(numbers);
        }

        var real = numbers.is_floating_point() ? numbers : numbers.to_type(ScalarType.Float32);
        return new ArrayValues(real.masked_fill(tensor(Array.ConvertAll(cells, cell => cell is null)), double.NaN));
    }

    private static ArrayValues Lists<T>(ParquetRowGroupReader group, DataField field, int rows, string name, Func<T[], Tensor> make)
        where T : unmanaged
    {
        var count = checked((int)(group.GetMetadata(field)?.MetaData?.NumValues ?? 0));
        var (values, filled, levels) = (new T[count], new int[count], new int[count]);
        group.ReadRawAsync<T>(field, values.AsMemory(), filled.AsMemory(), levels.AsMemory()).AsTask().GetAwaiter().GetResult();
        var starts = levels.Index().Where(level => level.Item == 0).Select(level => level.Index).Append(levels.Length).ToArray();
        var length = rows == 0 ? 0 : values.Length / rows;
        return field.MaxRepetitionLevel == 1 && Array.TrueForAll(filled, level => level == field.MaxDefinitionLevel) && starts.Length == rows + 1 && starts.Zip(starts.Skip(1)).All(pair => pair.Second - pair.First == length)
            ? new ArrayValues(make(values).reshape(rows, length))
            : throw new DataException($"{name} has lists of different lengths, or empty cells in them.");
    }

    private static ArrayValues Joined(List<ArrayValues> parts, string name)
    {
        if (parts.Count == 0)
        {
            throw new DataException($"{name} has no rows.");
        }

        if (parts[0].Text is not null)
        {
            return new ArrayValues(new TextArray([.. parts.SelectMany(part => part.Text!.Values)], parts.Sum(part => part.Shape[0])));
        }

        if (parts.Exists(part => !part.Shape.Skip(1).SequenceEqual(parts[0].Shape.Skip(1))))
        {
            throw new DataException($"{name} has lists of different lengths.");
        }

        var numbers = parts.ConvertAll(part => part.Numbers!);
        var type = (numbers.Find(part => part.is_floating_point()) ?? numbers[0]).dtype; // empty cells make whole numbers real in their group
        return new ArrayValues(numbers is [var only] ? only : cat([.. numbers.Select(part => part.to_type(type))], 0));
    }

    private static TypeCode KindOf(DataField field) => field.ClrType == typeof(ReadOnlyMemory<char>) ? TypeCode.String : Type.GetTypeCode(field.ClrType);

    private static DataType? TypeOf(DataField field) => KindOf(field) switch
    {
        TypeCode.String => DataType.String,
        TypeCode.Boolean => DataType.Bool,
        TypeCode.SByte => DataType.Int8,
        TypeCode.Byte => DataType.UInt8,
        TypeCode.Int16 => DataType.Int16,
        TypeCode.UInt16 or TypeCode.Int32 => DataType.Int32,
        TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 => DataType.Int64,
        TypeCode.Single => DataType.Float32,
        TypeCode.Double or TypeCode.Decimal => DataType.Float64,
        _ => null,
    };

    /// <summary>The name of the column that a field belongs to; a list's is that of the list.</summary>
    private static string NameOf(DataField field) => field.MaxRepetitionLevel > 0 ? field.Path.FirstPart ?? field.Name : field.Name;

    private static long RowsOf(ParquetReader reader, int number)
    {
        using var group = reader.OpenRowGroupReader(number);
        return group.RowCount;
    }

    private static T Opened<T>(string path, Func<ParquetReader, T> use)
    {
        using var file = DataFile.OpenRead(path);
        try
        {
            var reader = ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
            try
            {
                return use(reader);
            }
            finally
            {
                reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (Exception error) when (error is not DataException) // the reader meets damage with whatever it stumbles over
        {
            throw new DataException($"{path} is no Parquet file that can be read: {error.Message.Split('\n')[0].TrimEnd('.')}.", error);
        }
    }
}
