using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>0 between −threshold and threshold, <c>x</c> elsewhere.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.hard_shrink</c>.</remarks>
[KerasName("hard_shrink")]
public sealed record HardShrink : Activation
{
    /// <summary>How far from 0 a value must be to stay.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.hardshrink(x, Threshold);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Shrink", [x], ("lambd", (float)Threshold), ("bias", 0f));
}
