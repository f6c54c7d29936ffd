using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model to be saved, and what is kept beside its weights.</summary>
/// <param name="Model">The model.</param>
/// <param name="Compile">What it is compiled for; null when it is not.</param>
/// <param name="Optimizer">How far its optimizer has come; null where that is not known.</param>
/// <param name="Origin">The file it came from; null where its layers were written.</param>
internal sealed record TrainedModel(Model Model, CompileOptions? Compile, OptimizerState? Optimizer, ModelOrigin? Origin)
{
    /// <summary>What a file may say of where it is from, by name.</summary>
    internal IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes it; the ending of the name says how.</summary>
    /// <returns>Which Keras opens it, in a sentence; null where every one does that knows its kind.</returns>
    internal string? Save(string path)
    {
        ModelFile.Save(path, Model, Compile, Optimizer, Origin);
        return OpenedBy(path);
    }

    /// <summary>The same, of a file that is not written.</summary>
    internal string? OpenedBy(string path) => ModelFile.OpenedBy(path, Model, Compile, Origin);
}
