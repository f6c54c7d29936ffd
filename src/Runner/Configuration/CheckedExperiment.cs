using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Configuration.Yaml;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>An experiment without a mistake: every name stands for something, every shape fits.</summary>
/// <param name="Definition">What the file says.</param>
/// <param name="Model">The model, its graph joined; null where the file has none.</param>
/// <param name="Name">The experiment's name.</param>
/// <param name="Seed">The seed, given or drawn.</param>
/// <param name="Files">The files it was read from, the experiment file first.</param>
/// <param name="Root">The file with everything merged and filled in.</param>
internal sealed record CheckedExperiment(
    Experiment Definition, ModelDefinition? Model, string Name, long Seed, IReadOnlyList<SourceFile> Files, MappingNode Root)
{
    /// <summary>The experiment before its sizes were filled in.</summary>
    internal required WrittenExperiment Written { get; init; }

    /// <summary>The sizes that it asks the data for.</summary>
    internal IReadOnlyList<string> AskedSizes { get; init; } = [];

    /// <summary>The model with other sizes assumed; where the two differ, only the data tell. Null where nothing is assumed.</summary>
    internal ModelDefinition? OtherModel { get; init; }

    /// <summary>What the model is compiled for: what the file says, or else the file that the model is loaded from; null where neither does.</summary>
    internal CompileOptions? Compile => Definition.Compile ?? Model?.Compile;

    /// <summary>What followed each <c>--set</c>.</summary>
    internal IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Whether the file is a draft, which may be written anew at any time.</summary>
    internal bool IsDraft { get; init; }

    /// <summary>Where it was read from.</summary>
    internal RunOrigin Origin => new(Path.GetFullPath(Files[0].Path), RunOrigin.DigestOf(Files[0].Text.Content), Overrides, IsDraft ? Folder : null);

    /// <summary>The folder in which its relative paths start: the file's own, but for a draft.</summary>
    internal string Folder => Files[0].Text.Folder;

    /// <summary>Writes the experiment into a run's folder: as it was written, what it extends, and with everything filled in.</summary>
    internal void WriteTo(RunFolder folder)
    {
        Write(folder.ExperimentFile, Files[0].Text.Content);
        for (var i = 1; i < Files.Count; i++)
        {
            var sources = Directory.CreateDirectory(folder.InFolder("sources")).FullName;
            Write(Path.Combine(sources, $"{i}-{Path.GetFileName(Files[i].Path)}"), Files[i].Text.Content);
        }

        Write(folder.OriginsFile, Origins.Of(Filled(), Root, Files).ToJson());
        WriteModel(folder);
        Write(folder.ResolvedFile, ToYaml()); // the last: where it is, a resume finds all there is to find
    }

    /// <summary>Writes the layers of the model into a run's folder.</summary>
    internal void WriteModel(RunFolder folder)
    {
        if (Model is not null)
        {
            Write(folder.ModelFile, RunModel.Of(Model.Name, Model.Graph).ToJson());
        }
    }

    private static void Write(string path, string text) => WholeFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The experiment with every default and override filled in: itself an experiment file.</summary>
    internal string ToYaml() => YamlWriter.Write(Filled());

    /// <summary>Files that the run writes itself are named as before: they will lie in the folder of whoever does the run.</summary>
    private static Experiment Stable(Experiment definition) => definition.Estimator is not { } estimator ? definition : definition with
    {
        Estimator = estimator with
        {
            KerasModelPath = ModelPlaces.Stable(estimator.KerasModelPath, definition),
            WarmStartFrom = estimator.WarmStartFrom is { } warm ? warm with { CkptToInitializeFrom = ModelPlaces.Stable(warm.CkptToInitializeFrom, definition)! } : null,
        },
    };

    private Node Filled() => Form.Of(typeof(Experiment)).Write(Stable(Definition) with { Name = Name, Seed = Seed }, Root, Dialect.Experiment);
}
