using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>A saved model: its summary, where it came from, and what it is compiled for.</summary>
internal static class ModelReport
{
    /// <summary>Writes it for people.</summary>
    internal static void Write(Terminal terminal, ModelDescription model, string file)
    {
        foreach (var warning in model.Warnings)
        {
            terminal.Say($"warning: {warning}");
        }

        ModelSummary.Write(terminal.Out, model.Model);
        terminal.Print($"File: {file}, {Origin(model.Origin)}");
        terminal.Print($"Compiled: {Compiled(model)}");
    }

    /// <summary>Says it for programs.</summary>
    internal static JsonObject ToJson(ModelDescription model, string file)
    {
        var (all, trainable) = (Count(model.Model.Weights), Count(model.Model.Weights.Where(weight => weight.Trainable)));
        return new JsonObject
        {
            ["file"] = file,
            ["format"] = model.Origin.Format.ToString().ToLowerInvariant(),
            ["keras_version"] = model.Origin.Version,
            ["backend"] = model.Origin.Backend,
            ["name"] = model.Model.Name,
            ["compiled"] = model.Compile is not null,
            ["optimizer"] = model.Compile is { } compile ? Catalog.NameOf(compile.Optimizer.GetType()) : null,
            ["optimizer_steps"] = model.OptimizerSteps,
            ["params"] = all,
            ["trainable_params"] = trainable,
            ["inputs"] = Ports(model.Model.Graph.Inputs),
            ["outputs"] = Ports(model.Model.Graph.Outputs),
            ["layers"] = new JsonArray([.. model.Model.Graph.Nodes.Select(node => new JsonObject
            {
                ["name"] = node.Name,
                ["type"] = Catalog.NameOf(node.Layer.Definition.GetType()),
                ["output_shapes"] = new JsonArray([.. node.Outputs.Select(output => Lengths(output.Shape))]),
                ["inputs"] = new JsonArray([.. node.Inputs.Select(input => JsonValue.Create(input.Name))]),
            })]),
            ["warnings"] = new JsonArray([.. model.Warnings.Select(warning => JsonValue.Create(warning))]),
        };
    }

    private static string Origin(ModelOrigin origin)
    {
        var form = origin.Format switch
        {
            ModelFormat.Keras => "a .keras",
            ModelFormat.Hdf5 => "a whole model in HDF5",
            ModelFormat.Weights => "weights in HDF5",
            _ => "an architecture in JSON, without weights",
        };
        return $"{form} of {(origin.Version is { } version ? $"Keras {version}" : $"Keras {origin.Generation} (no version is said)")}{(origin.Backend is { } backend ? $" on {backend}" : "")}";
    }

    /// <summary>What a model is compiled for, in a line.</summary>
    private static string Compiled(ModelDescription model)
    {
        if (model.Compile is not { } compile)
        {
            return "no";
        }

        var objective = Objective.Of(compile, [.. model.Model.Graph.Outputs.Select(port => port.Name)], []);
        var steps = model.OptimizerSteps is { } made ? string.Create(CultureInfo.InvariantCulture, $"after {made} steps") : "whose state is not kept";
        var losses = objective.Outputs.Where(output => output.Loss is not null).Select(output => output.Loss!.ToString()).Distinct().ToList();
        var figures = objective.LogNames.Skip(1).ToList();
        return $"{Catalog.NameOf(compile.Optimizer.GetType())} {steps}{(figures.Count == 0 ? "" : $"; measured by {string.Join(", ", figures)}")}";
    }

    private static long Count(IEnumerable<Weight> weights) => weights.Sum(weight => weight.Count);

    private static JsonArray Ports(IEnumerable<Port> ports) => [.. ports.Select(port => new JsonObject
    {
        ["name"] = port.Name,
        ["shape"] = Lengths(port.Spec.Shape),
        ["dtype"] = DataTypes.NameOf(port.Spec.Type),
    })];

    private static JsonArray Lengths(Shape shape) => [.. shape.Select(length => length is { } known ? JsonValue.Create(known) : null)];
}
