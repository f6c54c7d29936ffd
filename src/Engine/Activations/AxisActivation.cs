using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Activations;

/// <summary>An activation that looks at all values along one axis.</summary>
public abstract record AxisActivation : Activation
{
    /// <summary>The axis along which the values belong together; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Axis >= -input.Rank && Axis < input.Rank ? input
        : throw new ShapeException($"cannot apply its activation along axis {Axis} of {input}");
}
