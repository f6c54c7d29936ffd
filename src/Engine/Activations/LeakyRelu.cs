using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The leaky rectified linear unit: <c>x</c> above 0, <c>negative_slope · x</c> below.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.leaky_relu</c>.</remarks>
[KerasName("leaky_relu")]
public sealed record LeakyRelu : Activation
{
    /// <summary>The slope below 0.</summary>
    public double NegativeSlope { get; init; } = 0.2;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.leaky_relu(x, NegativeSlope);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("LeakyRelu", [x], ("alpha", (float)NegativeSlope));

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("LeakyRelu", [(float)NegativeSlope], []);
}
