using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Metrics;

namespace ExperimentRunner.Engine.Models;

/// <summary>A metric in a list of metrics: one of the catalog, or a word such as <c>accuracy</c> that shapes and loss make definite.</summary>
[Form<MetricEntryForm>]
public sealed record MetricEntry
{
    /// <summary>A metric of the catalog.</summary>
    public MetricEntry(Metric metric) => Metric = metric;

    /// <summary>A word that is made definite later.</summary>
    public MetricEntry(string word) => Word = word;

    /// <summary>The metric, unless it is still a word.</summary>
    public Metric? Metric { get; }

    /// <summary>The word as it was written, such as <c>acc</c>; null for a metric of the catalog.</summary>
    public string? Word { get; }

    /// <summary>The name under which it is logged.</summary>
    public string LogName => Metric is { } metric ? metric.Name ?? metric.DefaultName : MetricChoice.LogName(Word!);
}

/// <summary>A word, or a metric.</summary>
internal sealed class MetricEntryForm : Form
{
    private static readonly Form Metric = Of(typeof(Metric));

    public override string Expected => "a metric: accuracy, a name, or a mapping of one name to its options";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is ScalarNode { IsNull: false } scalar && MetricChoice.IsWord(scalar.Text))
        {
            value = new MetricEntry(scalar.Text);
            return true;
        }

        if (!Metric.TryRead(node, reading, out var metric))
        {
            return false;
        }

        value = new MetricEntry((Metric)metric!);
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is MetricEntry { Word: { } word }
        ? source ?? new ScalarNode(word, quoted: false, SourceSpan.Nowhere)
        : Metric.Write(((MetricEntry)value!).Metric, source, dialect);
}
