using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Keras's <c>summary()</c>: the layers of a model, their output shapes, parameters and connections, and the totals.</summary>
internal static class ModelSummary
{
    private const int BytesOfAFloat = 4;

    /// <summary>Writes the table of a model that is declared or made.</summary>
    internal static void Write(IAnsiConsole console, Model model)
    {
        var byName = model.Module.Children.ToDictionary(child => child.Key, child => child.Value, StringComparer.Ordinal);
        var table = new Table().Border(TableBorder.Square).Title(new TableTitle(Markup.Escape($"Model: {model.Name}")))
            .AddColumns("Layer (type)", "Output shape")
            .AddColumn(new TableColumn("Param #").RightAligned())
            .AddColumn("Connected to");
        foreach (var node in model.Graph.Nodes)
        {
            var first = model.Graph.Nodes.First(other => other.Layer == node.Layer) == node;
            table.AddRow(
                Markup.Escape($"{node.Name} ({Catalog.NameOf(node.Layer.Definition.GetType())})"),
                Markup.Escape(string.Join(", ", node.Outputs)),
                !byName.TryGetValue(node.Layer.Name, out var module) ? "0" : first ? Number(Count(module.AllWeights)) : "shared",
                Markup.Escape(node.Inputs.Count == 0 ? "-" : string.Join(", ", node.Inputs.Select(input => input.Name))));
        }

        console.Write(table);
        var (all, trainable) = (Count(model.Weights), Count(model.Weights.Where(weight => weight.Trainable)));
        Line(console, "Total params", Size(all));
        Line(console, "Trainable params", Size(trainable));
        Line(console, "Non-trainable params", Size(all - trainable));
        Line(console, "Inputs", Ports(model.Graph.Inputs));
        Line(console, "Outputs", Ports(model.Graph.Outputs));
    }

    private static void Line(IAnsiConsole console, string name, string value) => console.WriteLine($"{name}: {value}");

    private static long Count(IEnumerable<Weight> weights) => weights.Sum(weight => weight.Count);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long count) => $"{Number(count)} ({Bytes(count * BytesOfAFloat)})";

    private static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes:F2} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F2} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F2} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F2} GB"),
    };

    private static string Ports(IEnumerable<Port> ports) =>
        string.Join(", ", ports.Select(port => $"{port.Name} {port.Spec.Shape} {DataTypes.NameOf(port.Spec.Type)}"));
}
