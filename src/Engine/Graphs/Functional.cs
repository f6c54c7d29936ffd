using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Graphs;

/// <summary>A model as a layer of another: a graph is itself a layer.</summary>
/// <remarks>
/// Shape: what the graph makes of its inputs.
/// Weights: those of its layers.
/// Source: Keras 3, <c>keras.Model</c>.
/// </remarks>
public sealed record Functional : Layer
{
    /// <summary>The layers and how they are joined.</summary>
    [NotAnOption]
    public required Graph Graph { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => Graph.Infer(inputs);

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => new GraphModule(Graph, context);
}
