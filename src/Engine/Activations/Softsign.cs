using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x / (1 + |x|)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.softsign</c>.</remarks>
[KerasName("softsign")]
public sealed record Softsign : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.softsign(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Softsign", [x]);

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("Softsign", [], []);
}
