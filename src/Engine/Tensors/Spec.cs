namespace ExperimentRunner.Engine.Tensors;

/// <summary>What is known of a tensor before it exists.</summary>
/// <param name="Shape">The lengths of its axes.</param>
/// <param name="Type">What its elements are.</param>
public sealed record Spec(Shape Shape, DataType Type = DataType.Float32)
{
    /// <summary>How many axes there are, the batch included.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The same with another shape.</summary>
    public Spec With(Shape shape) => this with { Shape = shape };

    /// <summary>The same with another last axis.</summary>
    public Spec WithLast(long? length) => this with { Shape = Shape.WithLast(length) };

    /// <summary>This, if it has at least so many axes.</summary>
    /// <exception cref="ShapeException">It has fewer.</exception>
    public Spec NeedRank(int least) => Rank >= least ? this
        : throw new ShapeException($"expected at least {least} axes, but its input is {Shape}");

    /// <summary>This, if it has just so many axes.</summary>
    /// <exception cref="ShapeException">It has more or fewer.</exception>
    public Spec NeedExactRank(int rank) => Rank == rank ? this
        : throw new ShapeException($"expected {rank} axes, but its input is {Shape}");

    /// <summary>The length of an axis that a layer cannot be built without.</summary>
    /// <exception cref="ShapeException">It is unknown.</exception>
    public long NeedAxis(int axis, string what) => Shape[axis]
        ?? throw new ShapeException($"needs to know {what}, which is unknown in its input {Shape}");

    /// <summary>The index from 0 of an axis that may be counted from the end.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int NeedIndex(int axis) => axis >= -Rank && axis < Rank ? (axis + Rank) % Rank
        : throw new ShapeException($"has no axis {axis} in its input {Shape}");

    /// <summary>The indices from 0 of axes that may be counted from the end, in order.</summary>
    /// <exception cref="ShapeException">One is not there, or is given twice.</exception>
    public int[] NeedAxes(IReadOnlyList<int> axes)
    {
        int[] indices = [.. axes.Select(NeedIndex).Distinct().Order()];
        return indices.Length == axes.Count ? indices
            : throw new ShapeException($"has an axis twice in {string.Join(", ", axes)}, for its input {Shape}");
    }

    /// <inheritdoc/>
    public override string ToString() => Shape.ToString();
}

/// <summary>An input does not fit a layer. The message completes a sentence that starts with the layer's class name.</summary>
/// <param name="problem">What does not fit: <c>expected 4 axes, but its input is [batch, 10]</c>.</param>
public sealed class ShapeException(string problem) : Exception(problem);
