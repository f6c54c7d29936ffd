using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The logistic function: <c>1 / (1 + exp(−x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.sigmoid</c>.</remarks>
[KerasName("sigmoid")]
public sealed record Sigmoid : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.sigmoid();

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Sigmoid", [x]);

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("Sigmoid", [], []);
}
