using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Checks what one section says of another: names that stand for nothing, shapes that do not fit, steps that cannot be done.</summary>
internal sealed partial class ExperimentChecker(Experiment experiment, MappingNode root, Mistakes mistakes, DataReading dataReading, int assumedSize)
{
    private static readonly string[] NeededForEstimator = ["model", "compile"];
    private readonly Reading _reading = new(Dialect.Experiment, mistakes.Errors);

    /// <summary>Whether a size was assumed, of a vocabulary that a layer of the model has yet to learn.</summary>
    internal bool Assumes { get; private set; }

    /// <summary>Checks everything; the model's graph, or null where there is none or it has a mistake.</summary>
    internal ModelDefinition? Check(string name, long seed)
    {
        if (!FolderName().IsMatch(name))
        {
            _reading.In("name").Fail(root["name"]?.At ?? root.At, $"'{name}' cannot be the name of a folder.", "letters, digits, '-', '_' and '.', beginning with a letter or digit");
        }

        var model = CheckModel(name);
        var objective = experiment.Compile is { } compile && model is not null
            ? Objective.Of(compile, [.. model.Graph.Outputs.Select(port => port.Name)], mistakes.Errors)
            : null;
        CheckEstimator();
        if (experiment.Runtime.Precision != Precision.Float32)
        {
            _reading.In("runtime").In("precision").Fail(((root["runtime"] as MappingNode)?["precision"] ?? root).At, "Computing in bfloat16 is not built yet.", "float32");
        }

        var data = new DataChecker(experiment, root, mistakes, dataReading, new RandomKey((ulong)seed));
        data.Check();
        var inputs = new InputChecker(experiment, data, model?.Graph, objective, _reading.In("input_fns"));
        inputs.Check();
        new StepChecker(experiment, root, inputs, mistakes, _reading.In("run")).Check();
        return model;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex FolderName();

    private ModelDefinition? CheckModel(string name)
    {
        if (experiment.Model is not { } section)
        {
            return null;
        }

        var reading = _reading.In("model");
        var at = (root["model"] ?? root).At;
        if (section.Load is not null)
        {
            reading.In("load").Fail((root["model"] as MappingNode)?["load"]?.At ?? at, "Loading a model from a file is not built yet.", "'layers'");
            return null;
        }

        var builder = new ModelBuilder(section, reading, mistakes, assumedSize);
        var model = builder.Build(section.Name ?? name, at);
        Assumes = builder.Assumes;
        return model;
    }

    private void CheckEstimator()
    {
        if (experiment.Estimator is not { } estimator)
        {
            return;
        }

        var reading = _reading.In("estimator");
        if (estimator.Mode == EstimatorMode.KerasModelPath)
        {
            reading.In("mode").Fail(estimator.At, "The mode 'keras_model_path' is not built yet.", "keras_model");
            return;
        }

        if (estimator.KerasModelPath is not null)
        {
            reading.In("keras_model_path").Fail(estimator.At, "'keras_model_path' goes with mode: keras_model_path.", "no 'keras_model_path'");
        }

        if (estimator.WarmStartFrom is { } warm)
        {
            reading.In("warm_start_from").Fail(warm, "'warm_start_from' is not built yet.", "no 'warm_start_from'");
        }

        if (estimator.Config is { SaveCheckpointsSteps: not null, SaveCheckpointsSecs: not null })
        {
            reading.In("config").Fail(estimator.At, "Checkpoints are saved by steps or by seconds, not both.", "save_checkpoints_steps or save_checkpoints_secs");
        }

        foreach (var missing in NeededForEstimator.Where(section => root[section] is null))
        {
            reading.Fail(estimator.At, $"The estimator is made from the model, which needs the section '{missing}'.", $"a section '{missing}'");
        }
    }
}
