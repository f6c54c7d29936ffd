using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A smooth rectified linear unit: <c>(x + √(x² + b)) / 2</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.squareplus</c>; Barron (2021).</remarks>
[KerasName("squareplus")]
public sealed record Squareplus : Activation
{
    /// <summary>How round the corner is.</summary>
    [AtLeast(0)]
    public double B { get; init; } = 4;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => (x + (x.square() + B).sqrt()) * 0.5;

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) =>
        onnx.Times(onnx.Plus(x, onnx.Add("Sqrt", [onnx.Plus(onnx.Times(x, x), B)])), 0.5);
}
