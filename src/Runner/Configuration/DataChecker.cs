using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Knows the columns of every data set as far as they can be known, and tells references that stand for nothing.</summary>
/// <param name="experiment">The experiment.</param>
/// <param name="root">The experiment as it was written.</param>
/// <param name="mistakes">Where mistakes are told.</param>
/// <param name="depth">How far to look into the data.</param>
/// <param name="seed">The run's seed, for data that are made up.</param>
internal sealed class DataChecker(Experiment experiment, MappingNode root, Mistakes mistakes, DataReading depth, RandomKey seed)
{
    private readonly Dictionary<string, DataDescription> _known = new(StringComparer.Ordinal);

    /// <summary>A column, as far as it is known.</summary>
    /// <param name="Spec">Shape and type of a batch; null when only the data tell.</param>
    /// <param name="Count">How many examples there are; null when only the data tell.</param>
    internal sealed record ColumnSpec(Spec? Spec, long? Count);

    /// <summary>Checks every data set, those that nothing refers to as well.</summary>
    internal void Check()
    {
        foreach (var (name, source) in experiment.Data)
        {
            Describe(name, source);
        }
    }

    /// <summary>The column that a reference names; null when it names none, which is then told.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="reading">Where mistakes are told.</param>
    /// <param name="isText">Whether what the column is for takes text, or numbers; null where that is not known.</param>
    internal ColumnSpec? Find(DataReference reference, Reading reading, bool? isText = false)
    {
        if (Split(reference, reading) is not { } split)
        {
            return null;
        }

        if (reference.Column is null)
        {
            reading.Fail(reference.At, $"'{reference}' is a whole split, where a column is due.", "dataset.split.column");
            return null;
        }

        if (split.Columns is null)
        {
            return new ColumnSpec(null, split.Count);
        }

        return split.Columns.TryGetValue(reference.Column, out var spec)
            ? spec is null || isText is null || isText == (spec.Type == DataType.String) ? new ColumnSpec(spec, split.Count) : OtherKind(isText.Value)
            : Missing($"The split '{reference.Dataset}.{reference.Split}' has no column '{reference.Column}'.", reference.Column, split.Columns.Keys);

        ColumnSpec? OtherKind(bool text)
        {
            _ = text
                ? reading.Fail(reference.At, $"'{reference}' is numbers, where the model takes text.", "text; a csv reads columns as text that 'text_columns' names")
                : reading.Fail(reference.At, $"'{reference}' is text, where numbers are due.", "numbers: transforms such as StringLookup make them of text");
            return null;
        }

        ColumnSpec? Missing(string problem, string name, IEnumerable<string> names)
        {
            reading.Fail(reference.At, problem + NearestName.Hint(name, names), OneOf(names));
            return null;
        }
    }

    /// <summary>The split that a reference names; null when it names none, which is then told.</summary>
    internal SplitDescription? Split(DataReference reference, Reading reading)
    {
        if (!experiment.Data.TryGetValue(reference.Dataset, out var source))
        {
            var declared = (root["data"] as MappingNode)?.Entries.Select(entry => entry.Name).ToList() ?? [];
            if (root["data"] is null or MappingNode && !declared.Contains(reference.Dataset)) // else it has a mistake of its own
            {
                reading.Fail(
                    reference.At,
                    $"There are no data '{reference.Dataset}'.{NearestName.Hint(reference.Dataset, declared)}",
                    declared.Count == 0 ? "a section 'data'" : OneOf(declared));
            }

            return null;
        }

        var splits = Describe(reference.Dataset, source).Splits;
        if (reference.Split.Length == 0)
        {
            reading.Fail(reference.At, $"'{reference}' names no split.", splits is null ? "dataset.split.column" : $"{reference.Dataset}. and {OneOf(splits.Keys)}");
            return null;
        }

        if (splits is null)
        {
            return new SplitDescription(null);
        }

        if (splits.TryGetValue(reference.Split, out var split))
        {
            return split;
        }

        reading.Fail(
            reference.At,
            $"The data '{reference.Dataset}' have no split '{reference.Split}'.{NearestName.Hint(reference.Split, splits.Keys)}",
            OneOf(splits.Keys));
        return null;
    }

    private static string OneOf(IEnumerable<string> names) => $"one of {string.Join(", ", names)}";

    private DataDescription Describe(string name, DataSource source)
    {
        if (!_known.TryGetValue(name, out var description))
        {
            _known[name] = description = depth == DataReading.Everything ? Read(name, source) : Transformed(source, Told(name, source), name);
        }

        return description;
    }

    private DataDescription Read(string name, DataSource source)
    {
        try
        {
            TorchNative.EnsureLoaded();
            using var data = DatasetLoader.Load(name, source, seed);
            return new DataDescription(data.Splits.ToDictionary(
                split => split.Key,
                split => new SplitDescription(split.Value.ToDictionary(column => column.Key, column => (Spec?)column.Value.Spec), split.Value.Values.FirstOrDefault()?.Count)));
        }
        catch (DataException error)
        {
            return Unknown(name, source, error);
        }
    }

    /// <summary>What the source tells of itself, and what its parts are then.</summary>
    private DataDescription Told(string name, DataSource source)
    {
        try
        {
            var known = source.Describe(readHeaders: depth == DataReading.Headers);
            return source.Split?.Describe(known) ?? known;
        }
        catch (DataException error)
        {
            return Unknown(name, source, error);
        }
    }

    private DataDescription Unknown(string name, DataSource source, DataException error)
    {
        mistakes.Add([new ConfigError(source.At, error.Message, "", $"data.{name}")]);
        return DataDescription.Unknown;
    }

    /// <summary>What the transforms make of the columns; a transform that does not fit is told, once.</summary>
    private DataDescription Transformed(DataSource source, DataDescription known, string name)
    {
        if (known.Splits is null)
        {
            return known;
        }

        var (splits, told) = (new Dictionary<string, SplitDescription>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (split, description) in known.Splits)
        {
            splits[split] = description.Columns is null ? description
                : description with { Columns = description.Columns.ToDictionary(column => column.Key, column => Transformed(source, column.Key, column.Value, told, name)) };
        }

        var columns = known.Splits.Values.SelectMany(split => split.Columns?.Keys ?? []).ToHashSet();
        if (known.Splits.Values.All(split => split.Columns is not null))
        {
            foreach (var (column, transforms) in source.Transform.Where(transform => !columns.Contains(transform.Key)))
            {
                mistakes.Add([new ConfigError(
                    transforms.Count > 0 ? transforms[0].At : source.At, $"The data '{name}' have no column '{column}'.{NearestName.Hint(column, columns)}", OneOf(columns), $"data.{name}.transform")]);
            }
        }

        return new DataDescription(splits);
    }

    private Spec? Transformed(DataSource source, string column, Spec? spec, HashSet<string> told, string name)
    {
        foreach (var transform in source.Transform.GetValueOrDefault(column) ?? [])
        {
            if (spec is null)
            {
                return null;
            }

            try
            {
                spec = Column.Infer(transform.Layer, spec);
            }
            catch (ShapeException misfit)
            {
                if (told.Add(column))
                {
                    mistakes.Add([new ConfigError(transform.At, $"{LayerName(transform.Layer)} {misfit.Message}.", "", $"data.{name}.transform.{column}")]);
                }

                return null;
            }
        }

        return spec;
    }

    private static string LayerName(Layer layer) => layer is Engine.Layers.Preprocessing.ToCategorical ? "to_categorical" : Catalog.NameOf(layer.GetType());
}

/// <summary>How far to look into the data.</summary>
internal enum DataReading
{
    /// <summary>Not at all.</summary>
    Nothing,

    /// <summary>As far as the headers of files, which is a matter of milliseconds.</summary>
    Headers,

    /// <summary>Everything is read, for the sizes that only the data tell.</summary>
    Everything,
}
