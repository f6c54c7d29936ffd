using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Execution;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Asking;

/// <summary>Arrays that a command line or a request names, to be given to a model. They belong to the caller's scope.</summary>
internal sealed class GivenArrays
{
    private const string OnlyInput = "x";
    private const string OnlyTarget = "y";
    private const string Weights = "sample_weight";

    private readonly Dictionary<string, ArrayValues> _arrays = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unused = new(StringComparer.Ordinal);
    private readonly Dictionary<ArrayValues, string> _pictures = new(ReferenceEqualityComparer.Instance);
    private readonly string _from;
    private (string Name, long Count)? _first;

    private GivenArrays(string from) => _from = from;

    /// <summary>The arrays that nothing took.</summary>
    internal IReadOnlyCollection<string> Unused => _unused;

    /// <summary>Arrays that are in memory already.</summary>
    /// <param name="from">Where they are from, to be told of.</param>
    /// <param name="arrays">The arrays by name.</param>
    internal static GivenArrays Of(string from, IEnumerable<KeyValuePair<string, ArrayValues>> arrays)
    {
        var given = new GivenArrays(from);
        foreach (var (name, values) in arrays)
        {
            given._arrays.Add(name, values);
        }

        given._unused.UnionWith(given._arrays.Keys);
        return given;
    }

    /// <summary>Reads files of arrays.</summary>
    /// <param name="said">Each a file, or <c>name=file</c> for a file of one array.</param>
    /// <exception cref="WrongCommandException">One cannot be read.</exception>
    internal static GivenArrays Read(IReadOnlyList<string> said)
    {
        var given = new GivenArrays(string.Join(", ", said));
        foreach (var one in said)
        {
            var (name, file) = !File.Exists(one) && one.Split('=', 2) is [{ Length: > 0 } before, { Length: > 0 } after] ? (before, after) : (null, one);
            var arrays = given.ArraysOf(file);
            if (name is not null && arrays.Count != 1)
            {
                throw new WrongCommandException($"{file} has {arrays.Count} arrays, so they cannot all be '{name}'. Leave '{name}=' out.");
            }

            foreach (var (own, values) in arrays)
            {
                if (!given._arrays.TryAdd(name ?? own, values))
                {
                    throw new WrongCommandException($"The array '{name ?? own}' is given twice.");
                }
            }
        }

        given._unused.UnionWith(given._arrays.Keys);
        return given;
    }

    /// <summary>A column for each input of a model.</summary>
    /// <exception cref="WrongCommandException">They do not fit.</exception>
    internal IReadOnlyList<Column> InputsOf(NamedModel model) =>
        Alike(model.Model.Graph.Inputs, [.. Named(model.Model.Graph.Inputs, OnlyInput, "input").Zip(model.Model.Graph.Inputs, (values, port) => AsInput(values, port, model.Adapted))]);

    /// <summary>A column for each output of a model, to measure it by.</summary>
    /// <exception cref="WrongCommandException">They do not fit.</exception>
    internal IReadOnlyList<Column> TargetsOf(NamedModel model) =>
        Alike(model.Model.Graph.Outputs, [.. Named(model.Model.Graph.Outputs, OnlyTarget, "output").Zip(model.Model.Graph.Outputs, (values, port) => Told(() => model.Adapted.Target(port.Name, values)))]);

    /// <summary>A weight for each example, for each output; null where all count the same.</summary>
    internal IReadOnlyList<Column?> WeightsOf(Graph graph)
    {
        var weights = _arrays.GetValueOrDefault(Weights);
        _unused.Remove(Weights);
        if (_first is { } first && weights is { Shape: [var count, ..] } && count != first.Count)
        {
            throw new WrongCommandException($"{_from} gives {first.Count} rows for '{first.Name}', and {count} for '{Weights}'.");
        }

        return [.. graph.Outputs.Select(_ => weights is null ? null : Column.Of(weights.Numbers ?? throw new WrongCommandException($"'{Weights}' in {_from} is text, where numbers are due.")))];
    }

    /// <summary>The columns, which all have as many rows as the first that was taken.</summary>
    private IReadOnlyList<Column> Alike(IReadOnlyList<Port> ports, IReadOnlyList<Column> columns)
    {
        foreach (var (port, column) in ports.Zip(columns))
        {
            _first ??= (port.Name, column.Count);
            if (column.Count != _first.Value.Count)
            {
                throw new WrongCommandException($"{_from} gives {_first.Value.Count} rows for '{_first.Value.Name}', and {column.Count} for '{port.Name}'.");
            }
        }

        return columns;
    }

    private IReadOnlyDictionary<string, ArrayValues> ArraysOf(string file)
    {
        var ending = Path.GetExtension(file).ToLowerInvariant();
        if (!Endings.Contains(ending))
        {
            throw new WrongCommandException($"{file} cannot be read: its ending is none of {string.Join(", ", Endings)}.");
        }

        try
        {
            if (ImageFile.Endings.Contains(ending))
            {
                var picture = Picture(file, channels: 3);
                _pictures.Add(picture, file);
                return new Dictionary<string, ArrayValues> { [OnlyInput] = picture };
            }

            var type = Catalog.Find(typeof(DataSource), ending[1..])!;
            var source = (FileSource)Activator.CreateInstance(type)! with { Path = new FilePath(file, Path.GetFullPath(file), SourceSpan.Nowhere) };
            return source.ReadArrays();
        }
        catch (DataException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }

    private static IEnumerable<string> Endings => Catalog.TypesOf(typeof(DataSource))
        .Where(type => type.IsSubclassOf(typeof(FileSource)) && type != typeof(ImageFolder)).Select(type => "." + Catalog.NameOf(type))
        .Concat(ImageFile.Endings);

    /// <summary>A picture as a batch of one, its values from 0 to 255.</summary>
    private static ArrayValues Picture(string file, int channels) => new(ImageFile.Read(file, channels).unsqueeze(0));

    /// <summary>An array for each port: by its name; where there is one port, a single array or one called <paramref name="only"/>.</summary>
    private List<ArrayValues> Named(IReadOnlyList<Port> ports, string only, string what)
    {
        var found = ports.Select(port => ByName(port.Name)).ToList();
        if (found.TrueForAll(values => values is not null))
        {
            return found!;
        }

        if (ports.Count == 1 && (_unused.Count == 1 ? Take(_unused.First()) : ByName(only)) is { } single)
        {
            return [single];
        }

        if (ports is [var table] && Stacked([.. _unused]) is { } stacked && table.Spec.Shape.SizeFrom(1) is { } size && stacked.numel() == stacked.shape[0] * size)
        {
            _unused.Clear();
            return [new ArrayValues(stacked)];
        }

        if (_arrays.Count >= ports.Count && Enumerable.Range(0, ports.Count).All(i => _unused.Contains(Numbered("arr", i)))) // numpy.savez without names
        {
            return [.. ports.Select((_, i) => Take(Numbered("arr", i)))];
        }

        var missing = ports.Zip(found).Where(pair => pair.Second is null).Select(pair => pair.First.Name).ToList();
        throw new WrongCommandException(
            $"{_from} has no array for the {what}{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing.Select(name => $"'{name}'"))}.{NearestName.Hint(missing[0], _unused)} "
            + $"It has {string.Join(", ", _arrays.Keys)}; the {what}s are {string.Join(", ", ports.Select(port => $"{port.Name} {port.Spec.Shape}"))}.");
    }

    /// <summary>The array of a name, or the columns of a table that are numbered under it; null where there are none.</summary>
    private ArrayValues? ByName(string name)
    {
        if (_arrays.ContainsKey(name))
        {
            return Take(name);
        }

        var columns = Enumerable.Range(0, _arrays.Count).Select(i => Numbered(name, i)).TakeWhile(_arrays.ContainsKey).ToList();
        if (columns.Count == 0 || Stacked(columns) is not { } stacked)
        {
            return null;
        }

        _unused.ExceptWith(columns);
        return new ArrayValues(stacked);
    }

    /// <summary>Columns of single numbers side by side; null where there are others.</summary>
    private Tensor? Stacked(List<string> columns) => columns.Count > 0 && columns.TrueForAll(name => _arrays[name] is { Numbers: not null, Shape.Count: 1 })
        ? stack([.. columns.Select(name => _arrays[name].Numbers!.to_type(ScalarType.Float32))], -1)
        : null;

    private ArrayValues Take(string name)
    {
        _unused.Remove(name);
        return _arrays[name];
    }

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");

    /// <summary>The array as the input takes it: with what the run did to its data, its type, and an axis of length 1 more or less at the end, as Keras has it.</summary>
    private Column AsInput(ArrayValues values, Port port, AdaptedFile adapted)
    {
        if (_pictures.TryGetValue(values, out var picture))
        {
            values = Picture(picture, port.Spec.Shape is { Rank: 4, Last: 3 or 4 } ? (int)port.Spec.Shape.Last!.Value : 1);
        }

        var column = Told(() => adapted.Column(port.Name, values)).For(port.Spec.Shape);
        if ((column.Spec.Type == DataType.String) != (port.Spec.Type == DataType.String))
        {
            throw new WrongCommandException($"The input '{port.Name}' takes {(values.Text is null ? "text" : "numbers")}, but {_from} gives {(values.Text is null ? "numbers" : "text")}.");
        }

        if (column.Layers.Count == 0 && values.Numbers is { } numbers)
        {
            column = Column.Of(Fitted(numbers, port.Spec.Shape).to_type(port.Spec.Type.ToTorch()));
        }

        var (given, wanted) = (column.Spec.Shape, port.Spec.Shape);
        return given.Rank == wanted.Rank && given.Zip(wanted).Skip(1).All(pair => pair.First is null || pair.Second is null || pair.First == pair.Second) ? column
            : throw new WrongCommandException($"The input '{port.Name}' takes {wanted}, but {_from} gives {(column.Layers.Count == 0 ? $"[{string.Join(", ", values.Shape)}]" : $"{given}, once it is made what the run was trained on")}.");
    }

    private static Tensor Fitted(Tensor numbers, Shape wanted)
    {
        var (rank, last) = (numbers.dim(), numbers.dim() > 0 ? numbers.shape[^1] : 0);
        return rank == wanted.Rank + 1 && last == 1 ? numbers.squeeze(-1)
            : rank == wanted.Rank - 1 && wanted.Last == 1 ? numbers.unsqueeze(-1)
            : rank == 2 && wanted.Rank > 2 && wanted.IsKnown && wanted.SizeFrom(1) == last ? numbers.reshape([numbers.shape[0], .. wanted.Slice(1, wanted.Rank - 1).Known()])
            : numbers;
    }

    private static Column Told(Func<Column> make)
    {
        try
        {
            return make();
        }
        catch (DataException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }
}
