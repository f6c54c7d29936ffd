using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Inputs.Transforms;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Where a data set comes from, and what is done to it: an entry of <c>data:</c>, of the kind its <c>source</c> names.</summary>
[Form<DataSourceForm>]
public abstract record DataSource : IPlaced, IChecked
{
    /// <summary>The split that transforms learn from, and that parts are carved out of.</summary>
    public const string Train = "train";

    /// <summary>Parts carved out of <c>train</c> at random.</summary>
    public SplitOptions? Split { get; init; }

    /// <summary>What is done to each column, in order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Transform>> Transform { get; init; } = new Dictionary<string, IReadOnlyList<Transform>>();

    /// <summary>Whether data are read while they are used, instead of before; <c>auto</c> does so when they would take more than a quarter of the memory there is.</summary>
    public Streaming Stream { get; init; } = Streaming.Auto;

    /// <summary>
    /// From how many examples the next one is drawn, where data are read while they are used and shuffled; as many are held in memory. Pictures
    /// in folders are drawn from all.
    /// </summary>
    [AtLeast(1)]
    public int ShuffleBuffer { get; init; } = 10_000;

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;

    /// <summary>The files that are read, for digests; empty when there are none.</summary>
    [NotAnOption]
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>What is known before splitting and transforming. It needs no libtorch.</summary>
    /// <param name="readHeaders">Whether to look into the files, as far as their headers go; else nothing is read.</param>
    /// <exception cref="DataException">A file is not there, or not of its kind.</exception>
    public abstract DataDescription Describe(bool readHeaders = false);

    /// <summary>Reads the data as they are.</summary>
    /// <param name="seed">The run's seed, for data that are made up.</param>
    /// <exception cref="DataException">They cannot be read.</exception>
    public abstract Dataset Read(RandomKey seed);

    /// <summary>Makes ready to read the data while they are used: a table for each split.</summary>
    /// <param name="seed">The run's seed, for data that are made up.</param>
    /// <exception cref="DataException">They cannot be read so.</exception>
    internal abstract IReadOnlyDictionary<string, RowTable> Open(RandomKey seed);

    /// <inheritdoc/>
    public virtual IEnumerable<OptionMistake> FindMistakes() => [];

    /// <summary>A mistake for each name that no reference could say, because references are cut at dots.</summary>
    private protected static IEnumerable<OptionMistake> DotsIn(IEnumerable<string> splits, string option) => splits
        .Where(split => split.Length == 0 || split.Contains('.', StringComparison.Ordinal))
        .Select(split => new OptionMistake(option, $"'{split}' cannot be the name of a split.", "a name without a dot"));
}

/// <summary>Whether data are read while they are used.</summary>
public enum Streaming
{
    /// <summary>When they would take more than a quarter of the memory there is.</summary>
    Auto,

    /// <summary>Always.</summary>
    True,

    /// <summary>Never.</summary>
    False,
}

/// <summary>The options of a source, with <c>source</c> naming which.</summary>
internal sealed class DataSourceForm : Form
{
    private const string Key = "source";

    public override string Expected => $"a mapping with 'source', {OneOf}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.Defined("data_set", () => SchemaBook.Any(
    [
        .. Catalog.TypesOf(typeof(DataSource)).Select(type => book.Defined($"data_{Catalog.NameOf(type)}", () =>
        {
            var names = Catalog.NamesOf(typeof(DataSource)).Where(name => Catalog.Find(typeof(DataSource), name) == type).Select(name => JsonValue.Create(name));
            var said = new Dictionary<string, JsonObject> { [Key] = new() { ["description"] = XmlDocs.SummaryOf(type), ["enum"] = new JsonArray([.. names]) } };
            var schema = OptionsForm.Of(type).DescribeOptions(book, required: false, said);
            schema["required"] = new JsonArray(Key);
            return schema;
        })),
        new JsonObject { ["type"] = "object", ["not"] = new JsonObject { ["required"] = new JsonArray(Key) } }, // adds to what an extended file says
    ]));

    private static string OneOf => $"one of {string.Join(", ", Catalog.NamesOf(typeof(DataSource)))}";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not MappingNode mapping)
        {
            return reading.Mismatch(node, Expected);
        }

        if (mapping[Key] is not { } said)
        {
            return reading.Fail(node, "The data set does not say its 'source'.", OneOf);
        }

        if (said is not ScalarNode { IsNull: false } source)
        {
            return reading.In(Key).Mismatch(said, OneOf);
        }

        if (Catalog.Find(typeof(DataSource), source.Text) is not { } type)
        {
            return reading.In(Key).Fail(
                source,
                LeftOut.ReasonFor(typeof(DataSource), source.Text)
                    ?? $"There is no source '{source.Text}'.{NearestName.Hint(source.Text, Catalog.NamesOf(typeof(DataSource)))}",
                OneOf);
        }

        return OptionsForm.Of(type).TryRead(mapping.Without(new HashSet<string> { Key }), reading, $"The source {source.Text}", out value);
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var options = (MappingNode)OptionsForm.Of(value!.GetType()).Write(value, source, dialect);
        var name = new Entry(
            new ScalarNode(Key, quoted: false, SourceSpan.Nowhere), new ScalarNode(Catalog.NameOf(value.GetType()), quoted: false, SourceSpan.Nowhere));
        return new MappingNode([name, .. options.Entries], options.At);
    }
}
