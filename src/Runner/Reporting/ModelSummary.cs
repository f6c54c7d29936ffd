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
    /// <param name="console">Where to write.</param>
    /// <param name="model">The model.</param>
    /// <param name="other">The model with other sizes assumed, where only data tell them: what differs is <c>?</c>.</param>
    internal static void Write(IAnsiConsole console, Model model, Model? other = null)
    {
        var table = new Table().Border(TableBorder.Square).Title(new TableTitle(Markup.Escape($"Model: {model.Name}")))
            .AddColumns("Layer (type)", "Output shape")
            .AddColumn(new TableColumn("Param #").RightAligned())
            .AddColumn("Connected to");
        foreach (var (node, twin) in model.Graph.Nodes.Zip((other ?? model).Graph.Nodes))
        {
            var first = model.Graph.Nodes.First(one => one.Layer == node.Layer) == node;
            table.AddRow(
                Markup.Escape($"{node.Name} ({Catalog.NameOf(node.Layer.Definition.GetType())})"),
                Markup.Escape(string.Join(", ", node.Outputs.Zip(twin.Outputs, Common))),
                ModuleOf(model, node) is not { } module ? "0" : first ? Number(Known(module.AllWeights, ModuleOf(other ?? model, twin)!.AllWeights)) : "shared",
                Markup.Escape(node.Inputs.Count == 0 ? "-" : string.Join(", ", node.Inputs.Select(input => input.Name))));
        }

        console.Write(table);
        var (weights, twins) = (model.Weights, (other ?? model).Weights);
        Line(console, "Total params", Size(Known(weights, twins)));
        Line(console, "Trainable params", Size(Known(weights.Where(IsTrainable), twins.Where(IsTrainable))));
        Line(console, "Non-trainable params", Size(Known(weights.Where(weight => !weight.Trainable), twins.Where(weight => !weight.Trainable))));
        Line(console, "Inputs", Ports(model.Graph.Inputs, (other ?? model).Graph.Inputs));
        Line(console, "Outputs", Ports(model.Graph.Outputs, (other ?? model).Graph.Outputs));
    }

    private static bool IsTrainable(Weight weight) => weight.Trainable;

    private static LayerModule? ModuleOf(Model model, GraphNode node) => model.Module.Children.FirstOrDefault(child => child.Key == node.Layer.Name).Value;

    private static void Line(IAnsiConsole console, string name, string value) => console.WriteLine($"{name}: {value}");

    /// <summary>How many numbers weights have; null where only the data tell.</summary>
    private static long? Known(IEnumerable<Weight> weights, IEnumerable<Weight> twins)
    {
        var (count, other) = (weights.Sum(weight => weight.Count), twins.Sum(weight => weight.Count));
        return count == other ? count : null;
    }

    /// <summary>What two shapes have in common; the other axes are not known.</summary>
    private static Shape Common(Spec one, Spec other) => new(one.Shape.Zip(other.Shape, (axis, twin) => axis == twin ? axis : null));

    private static string Number(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";

    private static string Size(long? count) => count is { } known ? $"{Number(known)} ({Bytes(known * BytesOfAFloat)})" : "?";

    private static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes:F2} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F2} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F2} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F2} GB"),
    };

    private static string Ports(IEnumerable<Port> ports, IEnumerable<Port> twins) =>
        string.Join(", ", ports.Zip(twins, (port, twin) => $"{port.Name} {Common(port.Spec, twin.Spec)} {DataTypes.NameOf(port.Spec.Type)}"));
}
