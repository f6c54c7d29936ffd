using ExperimentRunner.Engine.Graphs;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>The section <c>model:</c>, checked: every name resolved, every shape known.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Graph">Its layers and how they are joined.</param>
/// <param name="Parts">The models named under <c>models:</c>, as the layers they are in the graph.</param>
public sealed record ModelDefinition(string Name, Graph Graph, IReadOnlyDictionary<string, GraphLayer> Parts);
