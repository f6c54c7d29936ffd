using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x</c> above the threshold, a default value elsewhere.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.threshold</c>.</remarks>
/// <example>threshold: { threshold: 0.5, default_value: 0 }</example>
[KerasName("threshold")]
public sealed record Threshold : Activation
{
    /// <summary>The value that must be exceeded.</summary>
    [KerasName("threshold")]
    public required double Limit { get; init; }

    /// <summary>What replaces the values that do not.</summary>
    public required double DefaultValue { get; init; }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.threshold(x, Limit, DefaultValue);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) =>
        onnx.Add("Where", [onnx.Add("Greater", [x, onnx.Number(Limit)]), x, onnx.Number(DefaultValue)]);
}
