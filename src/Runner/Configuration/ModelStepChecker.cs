using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Exporting;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Checks the steps that compile, save and export.</summary>
internal static class ModelStepChecker
{
    private static readonly string[] Endings = [".keras", ".weights.h5", ".h5", ".hdf5", ".json"];

    /// <summary>Checks one.</summary>
    internal static void Check(Step step, Experiment experiment, MappingNode root, ModelDefinition? model, Mistakes mistakes, Reading at)
    {
        switch (step)
        {
            case CompileStep compile:
                Check(compile, root, model, mistakes, at);
                break;
            case SaveStep save:
                CheckOf(save, experiment, root, model, at);
                CheckPath(save.Path, save, at);
                if (!Array.Exists(Endings, ending => save.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                {
                    at.In("path").Fail(save.At, $"The ending of '{save.Path}' says no form of a model.", $"a name that ends in one of {string.Join(", ", Endings)}");
                }

                break;
            case ExportStep export:
                CheckOf(export, experiment, root, model, at);
                Check(export, at);
                break;
        }
    }

    private static void Check(CompileStep compile, MappingNode root, ModelDefinition? model, Mistakes mistakes, Reading at)
    {
        if (root["model"] is null)
        {
            at.Fail(compile.At, "The step compiles the model, which needs the section 'model'.", "a section 'model'");
        }

        if (compile.Of is { Name: not "model" } of)
        {
            at.In("of").Fail(of.At, $"The model is what is compiled, not '{of}'.", "model");
        }

        if (compile.Loss is null && root["compile"] is null && model?.Compile is null)
        {
            at.Fail(compile.At, "The model was not compiled before, and the step does not say its loss.", "loss");
        }

        if (model is null)
        {
            return;
        }

        using var declared = Model.Declare(model.Name, model.Graph);
        foreach (var name in compile.Trainable.Keys.Where(name => !TrainableLayers.Find(declared.Module, name).Any()))
        {
            var known = model.Graph.Layers.Select(layer => layer.Name).ToList();
            at.In("trainable").Fail(compile.At, $"The model has no layer '{name}'.{NearestName.Hint(name, known)}", $"a regular expression, or one of {string.Join(", ", known)}");
        }

        Objective.Of(compile.Over(new CompileOptions()), [.. model.Graph.Outputs.Select(port => port.Name)], mistakes.Errors, at.Path);
    }

    private static void Check(ExportStep export, Reading at)
    {
        if (Exporter.Find(export.Format) is not { } exporter)
        {
            at.In("format").Fail(
                export.At,
                LeftOut.ReasonFor(typeof(Exporter), export.Format) ?? $"There is no format '{export.Format}'.{NearestName.Hint(export.Format, Exporter.Names)}",
                $"one of {string.Join(", ", Exporter.Names)}");
        }
        else if (export.Path is { } path)
        {
            CheckPath(path, export, at);
            if (!path.EndsWith(exporter.Ending, StringComparison.OrdinalIgnoreCase))
            {
                at.In("path").Fail(export.At, $"'{path}' does not end in {exporter.Ending}, as files of the format {export.Format} do.", $"a name that ends in {exporter.Ending}");
            }
        }
    }

    internal static void CheckOf(Step step, Experiment experiment, MappingNode root, ModelDefinition? model, Reading at)
    {
        var known = new List<string> { "model", "estimator" }.Concat(model?.Graph.Layers.Where(layer => layer.Definition is Functional).Select(layer => layer.Name) ?? []).ToList();
        if (step.Of is { } of && !known.Contains(of.Name))
        {
            at.In("of").Fail(of.At, $"There is no model '{of}'.{NearestName.Hint(of.Name, known)}", $"one of {string.Join(", ", known)}");
        }

        var section = step.Of?.Name == "estimator" || (step.Of is null && root["model"] is null && experiment.Estimator is not null) ? "estimator" : "model";
        if (root[section] is null)
        {
            at.Fail(step.At, $"There is nothing to save without the section '{section}'.", $"a section '{section}'");
        }
    }

    private static void CheckPath(string path, Step step, Reading at)
    {
        if (!Path.IsPathRooted(path) && !Path.GetFullPath(path, "/run").StartsWith("/run/", StringComparison.Ordinal))
        {
            at.In("path").Fail(step.At, $"'{path}' lies outside the run folder.", "a path within the run folder, or a whole path");
        }
    }
}
