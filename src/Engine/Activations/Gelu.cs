using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The Gaussian error linear unit: <c>x · P(X ≤ x)</c> for a standard normal X.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.gelu</c>; Hendrycks and Gimpel (2016).</remarks>
[KerasName("gelu")]
public sealed record Gelu : Activation
{
    /// <summary>Whether the probability is approximated with a hyperbolic tangent.</summary>
    public bool Approximate { get; init; }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) =>
        nn.functional.gelu(x, Approximate ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) =>
        Approximate
        ? onnx.Times(onnx.Times(x, 0.5), onnx.Plus(onnx.Add("Tanh", [onnx.Times(onnx.Plus(x, onnx.Times(onnx.Times(onnx.Times(x, x), x), 0.044715)), Math.Sqrt(2 / Math.PI))]), 1))
        : onnx.Times(onnx.Times(x, 0.5), onnx.Plus(onnx.Add("Erf", [onnx.Times(x, Math.Sqrt(0.5))]), 1));
}
