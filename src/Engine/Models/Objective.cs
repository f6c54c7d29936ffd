using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;

namespace ExperimentRunner.Engine.Models;

/// <summary>What one output is trained for and measured by.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Loss">How wrong its predictions are; null when it is not trained.</param>
/// <param name="LossWeight">What that is multiplied by in the sum.</param>
/// <param name="Metrics">Figures to gather without the examples' weights.</param>
/// <param name="WeightedMetrics">Figures to gather with them.</param>
public sealed record OutputObjective(
    string Output, LossChoice? Loss, double LossWeight, IReadOnlyList<MetricChoice> Metrics, IReadOnlyList<MetricChoice> WeightedMetrics);

/// <summary>What a model is trained for and measured by, output by output.</summary>
public sealed class Objective
{
    private Objective(IReadOnlyList<OutputObjective> outputs) => Outputs = outputs;

    /// <summary>The objective of each output, in the order of the outputs.</summary>
    public IReadOnlyList<OutputObjective> Outputs { get; }

    /// <summary>What Keras logs: the loss, that of each output where there are several, and the metrics.</summary>
    public IEnumerable<string> LogNames =>
        [Names.Loss, .. LossesApart.Select(output => LogName(output, Names.Loss)), .. Outputs.SelectMany(output => MetricNames(output).Select(name => LogName(output, name)))];

    /// <summary>The outputs whose loss is a figure of its own: none where only one is trained, whose loss is the whole.</summary>
    internal IEnumerable<OutputObjective> LossesApart => Outputs.Count(output => output.Loss is not null) > 1 ? Outputs.Where(output => output.Loss is not null) : [];

    /// <summary>Sorts out what compile options say for each output.</summary>
    /// <param name="options">The options.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="mistakes">Where names that are no outputs are told.</param>
    /// <param name="path">The way to the options in the file.</param>
    public static Objective Of(CompileOptions options, IReadOnlyList<string> outputs, ICollection<ConfigError> mistakes, string path = "compile")
    {
        var losses = options.Loss?.For(outputs, mistakes, path + ".loss");
        var weights = options.LossWeights is { } said ? Weights(said, outputs, mistakes, path + ".loss_weights") : null;
        var metrics = options.Metrics?.For(outputs, mistakes, path + ".metrics");
        var weighted = options.WeightedMetrics?.For(outputs, mistakes, path + ".weighted_metrics");
        return new Objective(
            [.. outputs.Select((output, i) => new OutputObjective(output, losses?[i], weights?[i] ?? 1, metrics?[i] ?? [], weighted?[i] ?? []))]);
    }

    /// <summary>Which direction of a logged figure is better; null where neither is, or there is no such figure.</summary>
    public bool? HigherIsBetter(string logName)
    {
        foreach (var output in Outputs)
        {
            if (logName == Names.Loss || logName == LogName(output, Names.Loss))
            {
                return false;
            }

            if (MetricsOf(output).FirstOrDefault(metric => LogName(output, metric.Name) == logName) is { Metric: { } choice })
            {
                return choice.HigherIsBetter;
            }
        }

        return null;
    }

    /// <summary>The name under which something of an output is logged.</summary>
    internal string LogName(OutputObjective output, string name) => Outputs.Count == 1 ? name : $"{output.Output}_{name}";

    private static List<double> Weights(PerOutput<double> said, IReadOnlyList<string> outputs, ICollection<ConfigError> mistakes, string path) =>
        said.ByName is { } byName
            ? [.. said.For(outputs, mistakes, path).Zip(outputs, (weight, output) => byName.ContainsKey(output) ? weight : 1)]
            : [.. said.For(outputs, mistakes, path)];

    private static IEnumerable<string> MetricNames(OutputObjective output) => MetricsOf(output).Select(metric => metric.Name);

    /// <summary>
    /// The metrics of an output with the names they are logged under. A name that is taken gets a number, <c>mse_1</c>; that of a
    /// weighted metric gets <c>weighted_</c> before it.
    /// </summary>
    internal static IEnumerable<(string Name, MetricChoice Metric, bool Weighted)> MetricsOf(OutputObjective output)
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var metric in output.Metrics)
        {
            yield return (Numbered(metric.LogName, taken), metric, false);
        }

        foreach (var metric in output.WeightedMetrics)
        {
            yield return (Numbered(taken.ContainsKey(metric.LogName) ? $"weighted_{metric.LogName}" : metric.LogName, taken), metric, true);
        }
    }

    private static string Numbered(string name, Dictionary<string, int> taken)
    {
        var times = taken.GetValueOrDefault(name);
        taken[name] = times + 1;
        return times == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{times}");
    }

    /// <summary>Names that Keras logs under.</summary>
    private static class Names
    {
        internal const string Loss = "loss";
    }
}
