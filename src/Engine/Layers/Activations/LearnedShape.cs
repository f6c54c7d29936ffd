using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>The shape of what an activation learns: a number for each place of the input, or one for all along some axes.</summary>
internal static class LearnedShape
{
    /// <summary>The shape, for an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="sharedAxes">The axes along which one number serves all, counted from the batch, which is 0; null is none.</param>
    /// <exception cref="ShapeException">The length of another axis is not known.</exception>
    internal static long[] Of(Spec input, IReadOnlyList<int>? sharedAxes)
    {
        var shared = input.NeedRank(2).NeedAxes(sharedAxes ?? []);
        return [.. Enumerable.Range(1, input.Rank - 1).Select(axis => shared.Contains(axis) ? 1 : input.NeedAxis(axis, $"the length of axis {axis}"))];
    }
}
