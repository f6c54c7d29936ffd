using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>
/// A metric as <c>compile</c> takes it: by a word, under which it is logged, or with options. The words <c>accuracy</c> and
/// <c>acc</c> leave the choice to the shapes of predictions and targets.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras/src/trainers/compile_utils.py</c>.</remarks>
/// <param name="Word">The word that was written, or null.</param>
/// <param name="Metric">The metric, or null when the shapes choose.</param>
[Form<MetricChoiceForm>]
public sealed record MetricChoice(string? Word, Metric? Metric)
{
    /// <summary>The name under which the figure is logged.</summary>
    public string LogName => Word ?? Metric?.Name ?? Metric!.DefaultName;

    /// <summary>Which direction is better; null where neither is.</summary>
    public bool? HigherIsBetter => Metric is null ? true : Metric.HigherIsBetter;

    /// <summary>The metric for an output, under the name it is logged by.</summary>
    /// <param name="prediction">The shape of the predictions.</param>
    /// <param name="target">The shape of the targets, which may have an axis of length 1 more or less.</param>
    public Metric For(Shape prediction, Shape target) => (Metric ?? ShapeChoice.Of(prediction, target) switch
    {
        ShapeChoice.Kind.Binary => new BinaryAccuracy(),
        ShapeChoice.Kind.Sparse => new SparseCategoricalAccuracy(),
        _ => new CategoricalAccuracy(),
    }) with { Name = LogName };

    /// <summary>Whether the shapes choose what a word stands for.</summary>
    internal static bool IsByShape(string word) =>
        word.Equals("accuracy", StringComparison.OrdinalIgnoreCase) || word.Equals("acc", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A word, or a metric with options; in Keras's JSON also a function in its wrapper.</summary>
internal sealed class MetricChoiceForm : Form
{
    private readonly Form _metric = Of(typeof(Metric));

    public override string Expected => _metric.Expected;

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(_metric.Describe(book, limits), new JsonObject { ["enum"] = new JsonArray("accuracy", "acc") });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var word = (node as ScalarNode)?.Text;
        if (word is not null && MetricChoice.IsByShape(word))
        {
            value = new MetricChoice(word, null);
            return true;
        }

        if (!_metric.TryRead(FunctionWrapper.Unwrap(node, "MeanMetricWrapper", reading.Dialect), reading, out var metric))
        {
            return false;
        }

        value = new MetricChoice(word, (Metric)metric!);
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => (MetricChoice)value! is { Word: { } word }
        ? new ScalarNode(word, quoted: true, source?.At ?? SourceSpan.Nowhere)
        : _metric.Write(((MetricChoice)value!).Metric, source, dialect);
}
