using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Asking;

/// <summary>Predictions in a file: an array for each output, by the ending of the name.</summary>
internal static class PredictionFile
{
    /// <summary>The endings there are.</summary>
    internal const string Endings = ".npz, .npy, .csv or .parquet";

    private static readonly Dictionary<string, Action<string, IReadOnlyList<string>, long, Filling>> Writers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".npz"] = (path, names, rows, fill) => WholeFile.Write(path, file => Npz.Write(file, path, names, rows, take => fill(take))),
        [".npy"] = (path, _, rows, fill) => WholeFile.Write(path, file => WriteArray(file, rows, fill)),
        [".csv"] = WriteCsv,
        [".parquet"] = WriteParquet,
    };

    /// <summary>Predicts, and hands over the outputs of each batch.</summary>
    /// <param name="take">Takes them.</param>
    internal delegate void Filling(Action<IReadOnlyList<Tensor>> take);

    /// <summary>Why a file of this name cannot hold these outputs; null where it can.</summary>
    internal static string? ProblemOf(string path, int outputs) =>
        !Writers.ContainsKey(Path.GetExtension(path)) ? $"Predictions cannot be written as '{path}'."
        : outputs > 1 && Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase) ? $"An .npy holds one array, and the model has {outputs} outputs."
        : null;

    /// <summary>Writes predictions while they are made, whole or not at all.</summary>
    /// <param name="path">The file; one of that name is replaced.</param>
    /// <param name="names">The names of the outputs.</param>
    /// <param name="rows">How many examples there are.</param>
    /// <param name="fill">Predicts.</param>
    /// <returns>The shapes of the outputs, by name.</returns>
    internal static IReadOnlyDictionary<string, long[]> Write(string path, IReadOnlyList<string> names, long rows, Filling fill)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        Writers[Path.GetExtension(path)](path, names, rows, take => fill(outputs =>
        {
            foreach (var (name, values) in names.Zip(outputs))
            {
                shapes.TryAdd(name, [rows, .. values.shape[1..]]);
            }

            take(outputs);
        }));
        return shapes;
    }

    private static void WriteArray(FileStream file, long rows, Filling fill)
    {
        var begun = false;
        fill(outputs =>
        {
            if (!begun)
            {
                Npy.WriteHeader(file, outputs[0], rows);
                begun = true;
            }

            Npy.WriteValues(file, outputs[0]);
        });
    }

    /// <summary>Writes a table, which is made whole in memory: its columns stand one after the other.</summary>
    private static void WriteParquet(string path, IReadOnlyList<string> names, long rows, Filling fill)
    {
        var parts = names.Select(_ => new List<Tensor>()).ToList();
        fill(outputs =>
        {
            foreach (var (part, values) in parts.Zip(outputs))
            {
                part.Add(values.MoveToOuterDisposeScope());
            }
        });
        ParquetTable.Write(path, names.Zip(parts, (name, part) => KeyValuePair.Create(name, new ArrayValues(cat(part, 0)))));
    }

    /// <summary>A row an example; an output of several numbers takes a column each: <c>dense_0</c>, <c>dense_1</c>.</summary>
    private static void WriteCsv(string path, IReadOnlyList<string> names, long rows, Filling fill) => WholeFile.Write(path, file =>
    {
        using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var begun = false;
        fill(outputs =>
        {
            using var scope = NewDisposeScope();
            var columns = names.Zip(outputs).SelectMany(output => Columns(output.First, output.Second)).ToList();
            if (!begun)
            {
                text.WriteLine(string.Join(',', columns.Select(column => Quoted(column.Name))));
                begun = true;
            }

            for (var row = 0; row < outputs[0].shape[0]; row++)
            {
                text.WriteLine(string.Join(',', columns.Select(column => column.Cell(row))));
            }
        });
    });

    private static IEnumerable<(string Name, Func<long, string> Cell)> Columns(string name, Tensor values)
    {
        var (examples, flat) = (values.shape[0], values.reshape(values.shape[0], -1).contiguous());
        var width = flat.shape[1];
        var cell = Cells(flat);
        return Enumerable.Range(0, (int)width).Select<int, (string, Func<long, string>)>(i =>
            (width == 1 ? name : $"{name}_{Place(i, values.shape)}", row => cell((row * width) + i)));
    }

    /// <summary>The place of a number in its example, as <c>3</c> or <c>1_0</c>.</summary>
    private static string Place(long index, long[] shape)
    {
        var places = new Stack<long>();
        for (var axis = shape.Length - 1; axis > 0; axis--)
        {
            places.Push(index % shape[axis]);
            index /= shape[axis];
        }

        return string.Join('_', places);
    }

    private static Func<long, string> Cells(Tensor flat)
    {
        if (flat.dtype is ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16)
        {
            var numbers = flat.to_type(ScalarType.Float32).data<float>().ToArray();
            return i => numbers[i].ToString(CultureInfo.InvariantCulture);
        }

        if (flat.dtype is ScalarType.Float64)
        {
            var numbers = flat.data<double>().ToArray();
            return i => numbers[i].ToString(CultureInfo.InvariantCulture);
        }

        var whole = flat.to_type(ScalarType.Int64).data<long>().ToArray();
        return i => whole[i].ToString(CultureInfo.InvariantCulture);
    }

    private static string Quoted(string name) => name.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
