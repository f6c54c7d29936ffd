using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Who takes text, and who does not.</summary>
internal static class TextRule
{
    /// <summary>Makes sure that text goes to a layer that takes it.</summary>
    /// <exception cref="ShapeException">It does not.</exception>
    internal static void Check(Layer layer, IReadOnlyList<Spec> inputs)
    {
        if (layer is not ITakesText && inputs.Any(input => input.Type == DataType.String))
        {
            throw new ShapeException("takes numbers, but its input is text");
        }
    }
}
