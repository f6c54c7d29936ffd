using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A sigmoid made of straight lines: <c>slope · x + 0.5</c>, at least 0 and at most 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.hard_sigmoid</c>.</remarks>
[KerasName("hard_sigmoid")]
public sealed record HardSigmoid : Activation
{
    private const double KerasSlope = 1.0 / 6;

    /// <summary>The slope at 0. Keras 3 has 1/6 and no such option; Keras 1 and 2 had 0.2.</summary>
    [WrittenWhereSet]
    public double Slope { get; init; } = KerasSlope;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => Slope == KerasSlope ? nn.functional.hardsigmoid(x) : ((x * Slope) + 0.5).clamp(0, 1);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("HardSigmoid", [x], ("alpha", (float)Slope), ("beta", 0.5f));

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("HardSigmoid", [(float)Slope], [0.5f]);
}
