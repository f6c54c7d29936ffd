using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The continuous exponential linear unit: <c>x</c> above 0, <c>alpha · (exp(x / alpha) − 1)</c> below.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.celu</c>; Barron (2017).</remarks>
[KerasName("celu")]
public sealed record Celu : Activation
{
    /// <summary>The value approached far below 0, with its sign turned; also the scale of the exponential.</summary>
    public double Alpha { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.celu(x, Alpha);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Celu", [x], ("alpha", (float)Alpha));
}
