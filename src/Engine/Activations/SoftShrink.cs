using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>0 between −threshold and threshold; elsewhere <c>x</c>, moved towards 0 by the threshold.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.soft_shrink</c>.</remarks>
[KerasName("soft_shrink")]
public sealed record SoftShrink : Activation
{
    /// <summary>How far towards 0 the values move.</summary>
    [AtLeast(0)]
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.softshrink(x, Threshold);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Shrink", [x], ("lambd", (float)Threshold), ("bias", (float)Threshold));
}
