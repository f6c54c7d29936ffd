using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Inputs.Transforms;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Where a data set comes from, and what is done to it: an entry of <c>data:</c>, of the kind its <c>source</c> names.</summary>
[Form<DataSourceForm>]
public abstract record DataSource : IPlaced
{
    /// <summary>Parts carved out of <c>train</c> at random.</summary>
    public SplitOptions? Split { get; init; }

    /// <summary>What is done to each column, in order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Transform>> Transform { get; init; } = new Dictionary<string, IReadOnlyList<Transform>>();

    /// <summary>Whether data are read while they are used, instead of before; <c>auto</c> does so when they are larger than memory.</summary>
    public Streaming Stream { get; init; } = Streaming.Auto;

    /// <summary>From how many examples the next one is drawn, where data are read while they are used.</summary>
    [AtLeast(1)]
    public int ShuffleBuffer { get; init; } = 10_000;

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;

    /// <summary>What is known without reading the data, before splitting and transforming.</summary>
    public abstract DataDescription Describe();

    /// <summary>Reads the data as they are.</summary>
    /// <param name="seed">The run's seed, for data that are made up.</param>
    /// <exception cref="DataException">They cannot be read.</exception>
    public abstract Dataset Read(RandomKey seed);

    /// <summary>The files that are read, for digests; empty when there are none.</summary>
    [NotAnOption]
    public virtual IReadOnlyList<string> Files => [];
}

/// <summary>Whether data are read while they are used.</summary>
public enum Streaming
{
    /// <summary>When they are larger than memory.</summary>
    Auto,

    /// <summary>Always.</summary>
    True,

    /// <summary>Never.</summary>
    False,
}

/// <summary>A part carved out of <c>train</c> at random, the same for every run unless its seed is changed.</summary>
public sealed record SplitOptions
{
    /// <summary>The part of the examples that go to the split <c>validation</c>.</summary>
    [Between(0, 1)]
    public required double Validation { get; init; }

    /// <summary>Decides which examples those are.</summary>
    public long Seed { get; init; }
}

/// <summary>The options of a source, with <c>source</c> naming which.</summary>
internal sealed class DataSourceForm : Form
{
    private const string Key = "source";

    public override string Expected => $"a mapping with 'source', one of {string.Join(", ", Catalog.NamesOf(typeof(DataSource)))}";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not MappingNode mapping)
        {
            return reading.Mismatch(node, Expected);
        }

        if (mapping[Key] is not ScalarNode { IsNull: false } source)
        {
            return reading.Fail(node, "The data set does not say its 'source'.", $"one of {string.Join(", ", Catalog.NamesOf(typeof(DataSource)))}");
        }

        if (Catalog.Find(typeof(DataSource), source.Text) is not { } type)
        {
            return reading.In(Key).Fail(
                source,
                LeftOut.ReasonFor(typeof(DataSource), source.Text)
                    ?? $"There is no source '{source.Text}'.{NearestName.Hint(source.Text, Catalog.NamesOf(typeof(DataSource)))}",
                $"one of {string.Join(", ", Catalog.NamesOf(typeof(DataSource)))}");
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
