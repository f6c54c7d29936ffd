using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What the layers share that make one value of each whole channel.</summary>
public abstract record GlobalPooling : SpatialLayer
{
    /// <summary>Whether the axes of space stay, with a length of 1.</summary>
    [Definitions.KerasName("keepdims")]
    public bool KeepDims { get; init; }

    /// <summary>How many axes of space there are.</summary>
    private protected abstract int SpaceRank { get; }

    /// <summary>The axes of space.</summary>
    private protected long[] SpaceAxes => [.. Enumerable.Range(Space.FirstAxis(DataFormat), SpaceRank).Select(axis => (long)axis)];

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = input.NeedExactRank(SpaceRank + 2).Shape;
        var axes = SpaceAxes;
        return new Spec(new Shape(shape.Select((length, axis) => axes.Contains(axis) ? 1 : length).Where((_, axis) => KeepDims || !axes.Contains(axis))));
    }
}
