using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>Turns a section <c>model: {load: FILE}</c> into the graph that the file describes, perhaps cut at other outputs.</summary>
internal static class LoadedModelBuilder
{
    /// <summary>Checks the section; null when there was a mistake, now told.</summary>
    internal static ModelDefinition? Build(ModelSection section, FilePath file, SavedModels saved, Reading reading, Mistakes mistakes)
    {
        var load = reading.In("load");
        if (section.Layers is not null || section.Inputs is not null || section.Blocks.Count > 0 || section.Models.Count > 0)
        {
            load.Fail(file.At, "The model is loaded from a file, so it has no layers, inputs, blocks or models of its own.", "'load', or 'layers'; under 'models' a loaded model can be used among layers");
            return null;
        }

        if (saved.Find(file, load) is not { } described)
        {
            return null;
        }

        foreach (var warning in described.Warnings)
        {
            mistakes.Warn(file.At, $"{file.Written}: {warning}", load.Path);
        }

        var graph = section.Outputs is null ? described.Model.Graph : Cut(described.Model.Graph, section.Outputs, file, reading.In("outputs"));
        return graph is null ? null : new ModelDefinition(section.Name ?? described.Model.Name, graph, new Dictionary<string, GraphLayer>())
        {
            Trainable = section.Trainable && !described.Model.Module.Frozen,
            LoadedFrom = file,
            Compile = section.Outputs is null ? described.Compile : null,
        };
    }

    private static Graph? Cut(Graph graph, IReadOnlyList<string> outputs, FilePath file, Reading reading)
    {
        var ports = new List<Port>();
        foreach (var name in outputs)
        {
            var tensors = Tensors(graph, name);
            if (tensors.Count == 0)
            {
                reading.Fail(
                    file.At,
                    $"The model in {file.Written} has no layer '{name}'.{NearestName.Hint(name, graph.Nodes.Select(node => node.Name))}",
                    $"one of {string.Join(", ", graph.Nodes.Select(node => node.Name))}");
                return null;
            }

            ports.AddRange(tensors.Select(tensor => new Port(tensors.Count == 1 ? name : tensor.Name, tensor)));
        }

        return graph.LeadingTo(ports);
    }

    /// <summary>What a layer puts out, or <c>name.1</c> of it; none where there is no such layer.</summary>
    private static IReadOnlyList<TensorRef> Tensors(Graph graph, string name)
    {
        if (graph.Nodes.FirstOrDefault(node => node.Name == name) is { } node)
        {
            return [.. node.Outputs.Select((_, i) => new TensorRef(node, i))];
        }

        return name.LastIndexOf('.') is > 0 and var dot && int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && graph.Nodes.FirstOrDefault(node => node.Name == name[..dot]) is { } several && index < several.Outputs.Count
            ? [new TensorRef(several, index)] : [];
    }
}
