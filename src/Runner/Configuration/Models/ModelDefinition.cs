using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>The section <c>model:</c>, checked: every name resolved, every shape known.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Graph">Its layers and how they are joined.</param>
/// <param name="Parts">The models named under <c>models:</c>, as the layers they are in the graph.</param>
public sealed record ModelDefinition(string Name, Graph Graph, IReadOnlyDictionary<string, GraphLayer> Parts)
{
    /// <summary>Whether its weights are trained.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>The file that all of it comes from; null where its layers are written.</summary>
    public FilePath? LoadedFrom { get; init; }

    /// <summary>The layers that learn from data before training; what a file holds has learned.</summary>
    internal IEnumerable<GraphLayer> Learning => LoadedFrom is null ? GraphAdaptation.Unadapted(Graph) : [];

    /// <summary>What the model in that file is compiled for; null where it is not, or where it was cut.</summary>
    public CompileOptions? Compile { get; init; }

    /// <summary>The models in the model that come from files, by name.</summary>
    public IReadOnlyDictionary<string, FilePath> LoadedParts { get; init; } = new Dictionary<string, FilePath>();
}
