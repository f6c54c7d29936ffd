using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The gated linear unit: one half of an axis times the sigmoid of the other half.</summary>
/// <remarks>
/// Shape: the axis becomes half as long; one of odd length is refused.
/// Source: Keras 3, <c>keras.activations.glu</c>; Dauphin et al. (2016).
/// </remarks>
[KerasName("glu")]
public sealed record Glu : AxisActivation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.glu(x, Axis);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        var length = base.OutputShape(input)[Axis];
        return length is null || length % 2 == 0 ? input.With(Axis, length / 2)
            : throw new ShapeException($"cannot halve axis {Axis} of {input} for its activation glu, because {length} is odd");
    }

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape)
    {
        var halves = onnx.Add("Split", 2, [x], ("axis", (long)Axis));
        return onnx.Times(halves[0], onnx.Add("Sigmoid", [halves[1]]));
    }
}
