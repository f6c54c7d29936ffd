using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>SiLU made of straight lines: <c>x · hard_sigmoid(x)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.hard_silu</c>; Howard et al., "Searching for MobileNetV3" (2019).</remarks>
[KerasName("hard_silu", "hard_swish")]
public sealed record HardSilu : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.hardswish(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("HardSwish", [x]);
}
