using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving.Keras;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>Turns weights as old versions kept them into those of today.</summary>
internal static class OldWeights
{
    /// <summary>The weights of one layer, as many and in the order as the layer has them today.</summary>
    internal static IReadOnlyList<SavedValue> Convert(Layer layer, List<SavedValue> stored, List<Weight> weights, ModelOrigin origin) => stored;
}
