using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>Divides each example by its length: the root of the sum of its squares over <c>axis</c> becomes 1.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Errors: the axes must be there.
/// Source: Keras 3, <c>keras.layers.UnitNormalization</c>.
/// </remarks>
/// <example>UnitNormalization: { axis: -1 }</example>
[KerasName("UnitNormalization")]
public sealed record UnitNormalization : UnaryLayer
{
    private const double LeastLength = 1e-12; // Keras's own; shorter ones are divided by this

    /// <summary>The axis, or axes, along which the squares are summed; negative counts from the end.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedAxes(Axis);
        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        long[] axes = [.. input.NeedAxes(Axis).Select(axis => (long)axis)];
        return new FunctionModule((x, call) => Unit.Length(call.Cast(x), axes, LeastLength), (onnx, x) => Unit.WriteOnnx(onnx, onnx.Float(x), axes, LeastLength));
    }
}
