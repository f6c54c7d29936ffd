using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The exponential linear unit: <c>x</c> above 0, <c>alpha · (exp(x) − 1)</c> below.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.elu</c>; Clevert, Unterthiner and Hochreiter (2015).</remarks>
[KerasName("elu")]
public sealed record Elu : Activation
{
    /// <summary>The value approached far below 0, with its sign turned.</summary>
    public double Alpha { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.elu(x, Alpha);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Elu", [x], ("alpha", (float)Alpha));

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("Elu", [(float)Alpha], []);
}
