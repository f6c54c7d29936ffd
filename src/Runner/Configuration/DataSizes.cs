using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Layers.Preprocessing;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Fills in what data tell: <c>$data.imdb.text.vocabulary_size</c>. Before they are read, a size is assumed.</summary>
/// <param name="root">The experiment, other variables filled in.</param>
/// <param name="known">Sizes that the data have told, by name.</param>
/// <param name="assumed">What is taken for a size that nobody has told yet.</param>
/// <param name="errors">Where mistakes are noted.</param>
internal sealed class DataSizes(MappingNode root, IReadOnlyDictionary<string, int> known, int assumed, ICollection<ConfigError> errors)
{
    private const string Start = "data.";
    private const string Size = "vocabulary_size";
    private const string Known = "$data.dataset.column.vocabulary_size";

    private readonly SortedSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<string> _path = [];
    private readonly Lazy<IReadOnlyDictionary<string, DataSource>> _data = new(() => DataOf(root));

    /// <summary>The names whose sizes only the data tell.</summary>
    internal IReadOnlyCollection<string> Asked => _asked;

    /// <summary>The experiment with every size filled in.</summary>
    internal MappingNode Fill() => (MappingNode)Fill(root);

    /// <summary>The data set and the column of a name.</summary>
    internal static (string Dataset, string Column) Parts(string name)
    {
        var parts = name.Split('.');
        return (parts[1], string.Join('.', parts[2..^1]));
    }

    private static IReadOnlyDictionary<string, DataSource> DataOf(MappingNode root) =>
        root["data"] is { } data && Form.Of(typeof(IReadOnlyDictionary<string, DataSource>)).TryRead(data, new Reading(Dialect.Experiment, []), out var read)
            ? (IReadOnlyDictionary<string, DataSource>)read!
            : new Dictionary<string, DataSource>();

    private Node Fill(Node node)
    {
        switch (node)
        {
            case MappingNode mapping:
                return new MappingNode([.. mapping.Entries.Select(entry => entry with { Value = In(entry.Name, entry.Value) })], mapping.At);
            case ListNode list:
                return new ListNode([.. list.Items.Select((item, i) => In($"[{i}]", item))], list.At);
            case ScalarNode { Unfilled: true } scalar when Template.Parse(scalar.Text, out _) is { } template && template.Names.Any(IsOurs):
                return template.Fill(
                    scalar, name => IsOurs(name) ? Find(name, scalar) : null, problem => Broken(scalar, problem, Known));
            default:
                return node;
        }
    }

    private Node In(string name, Node node)
    {
        _path.Add(name);
        var filled = Fill(node);
        _path.RemoveAt(_path.Count - 1);
        return filled;
    }

    private static bool IsOurs(string name) => name.StartsWith(Start, StringComparison.Ordinal);

    private Node Find(string name, ScalarNode use)
    {
        if (_path[0] == "data")
        {
            return Broken(use, $"'${name}' stands in 'data', which must be known before it.", "a value");
        }

        if (name.Split('.') is not { Length: >= 4 } parts)
        {
            return Broken(use, $"'${name}' does not say what of the data is meant.", Known);
        }

        var (dataset, column) = Parts(name);
        if (!_data.Value.TryGetValue(dataset, out var source))
        {
            var names = (root["data"] as MappingNode)?.Entries.Select(entry => entry.Name).ToList() ?? [];
            return names.Contains(dataset) ? new BrokenNode(use.At) // its own mistake is told
                : Broken(use, $"There are no data '{dataset}'.{NearestName.Hint(dataset, names)}", names.Count == 0 ? "a section 'data'" : $"one of {string.Join(", ", names)}");
        }

        if (parts[^1] != Size)
        {
            return Broken(use, $"The data do not tell a '{parts[^1]}'.{NearestName.Hint(parts[^1], [Size])}", Known);
        }

        if ((source.Transform.GetValueOrDefault(column) ?? []).Select(transform => transform.Layer).OfType<IHasVocabulary>().LastOrDefault() is not { } layer)
        {
            var having = source.Transform.Where(transforms => transforms.Value.Any(transform => transform.Layer is IHasVocabulary)).Select(transforms => transforms.Key).ToList();
            return Broken(
                use,
                $"The column '{column}' of '{dataset}' has no vocabulary.{NearestName.Hint(column, having)}",
                "a column with a transform that has one: TextVectorization, StringLookup or IntegerLookup");
        }

        if (layer.NeedsData)
        {
            _asked.Add(name);
        }

        var size = layer.NeedsData ? known.TryGetValue(name, out var told) ? told : assumed : layer.Size!.Value;
        return new ScalarNode(size.ToString(CultureInfo.InvariantCulture), quoted: false, use.At) { Written = $"${name}" };
    }

    private BrokenNode Broken(ScalarNode at, string problem, string expected)
    {
        errors.Add(new ConfigError(at.At, problem, expected, NodePath.Join(_path)));
        return new BrokenNode(at.At);
    }
}
