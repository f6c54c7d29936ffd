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
    private readonly SavedModels _saved = new();
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
        var objective = (experiment.Compile ?? model?.Compile) is { } compile && model is not null
            ? Objective.Of(compile, [.. model.Graph.Outputs.Select(port => port.Name)], mistakes.Errors)
            : null;
        if (model?.Learning.FirstOrDefault() is { } learning && experiment.Run.Count > 0 && !experiment.Run.Any(step => step is FitStep || step.TrainsEstimator))
        {
            _reading.In("model").Fail(
                learning.At,
                $"{Catalog.NameOf(learning.Definition.GetType())} learns from the data of the first step that trains, and no step does.",
                "a step that trains, or a layer that is given what it would learn");
        }

        var (estimated, given) = CheckEstimator(model);
        var data = new DataChecker(experiment, root, mistakes, dataReading, new RandomKey((ulong)seed));
        data.Check();
        new InputChecker(experiment, data, estimated, estimated == model?.Graph ? objective : null, _reading.In("input_fns")).Check();
        var inputs = new InputChecker(experiment, data, model?.Graph, objective, _reading.In("input_fns"));
        new StepChecker(experiment, root, model, given, inputs, mistakes, _reading.In("run")).Check();
        new CallbackChecker(experiment, objective, experiment.Compile ?? model?.Compile, mistakes, _reading).Check();
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
        var builder = new ModelBuilder(section, reading, mistakes, _saved, assumedSize);
        var model = builder.Build(section.Name ?? name, at);
        Assumes = builder.Assumes;
        return model;
    }

    /// <summary>The graph that the estimator is made from, as far as it is known, and whether it is given weights that mean something.</summary>
    private (Graph? Graph, bool Given) CheckEstimator(ModelDefinition? model)
    {
        if (experiment.Estimator is not { } estimator)
        {
            return (model?.Graph, false);
        }

        var reading = _reading.In("estimator");
        if (estimator.Config is { SaveCheckpointsSteps: not null, SaveCheckpointsSecs: not null })
        {
            reading.In("config").Fail(estimator.At, "Checkpoints are saved by steps or by seconds, not both.", "save_checkpoints_steps or save_checkpoints_secs");
        }

        if (estimator.WarmStartFrom is { CkptToInitializeFrom: var warm } && !ModelPlaces.IsThere(warm, experiment))
        {
            reading.In("warm_start_from").Fail(warm.At, $"There is no file {warm.Full}, and no run '{warm.Written}'.", "a run, a checkpoint or a file of a model");
        }

        if (estimator is { ModelDir.Full: { } dir, Config.ModelDir.Full: { } other } && dir != other)
        {
            reading.In("config").In("model_dir").Fail(estimator.Config.ModelDir!.At, "model_dir is said twice, and differs.", "it once, or the same");
        }

        var given = estimator.Folder is not null || estimator.WarmStartFrom is not null;
        if (estimator.Mode == EstimatorMode.KerasModelPath)
        {
            return (CheckSavedModel(estimator, model, reading), true);
        }

        if (estimator.KerasModelPath is { } path)
        {
            reading.In("keras_model_path").Fail(path.At, "'keras_model_path' goes with mode: keras_model_path.", "no 'keras_model_path', or that mode");
        }

        foreach (var missing in NeededForEstimator.Where(section => root[section] is null && (section != "compile" || model?.Compile is null)))
        {
            reading.Fail(estimator.At, $"The estimator is made from the model, which needs the section '{missing}'.", $"a section '{missing}'");
        }

        return (model?.Graph, given || model?.LoadedFrom is not null);
    }

    private Graph? CheckSavedModel(EstimatorSection estimator, ModelDefinition? model, Reading reading)
    {
        if (estimator.KerasModelPath is not { } path)
        {
            reading.Fail(estimator.At, "The mode 'keras_model_path' needs 'keras_model_path'.", "the file of a saved, compiled model");
            return null;
        }

        if (WrittenModels.Has(experiment, path.Written))
        {
            return model?.Graph;
        }

        if (_saved.Find(path, reading.In("keras_model_path")) is not { } described)
        {
            return null;
        }

        if (described.Compile is null && root["compile"] is null)
        {
            reading.In("keras_model_path").Fail(path.At, $"{path.Written} is not compiled: it does not say what the estimator is trained for.", "a compiled model, or a section 'compile'");
        }

        return described.Model.Graph;
    }
}
