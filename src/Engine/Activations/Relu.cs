using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>
/// The rectified linear unit: <c>x</c> above the threshold (at most <c>max_value</c>), <c>negative_slope · (x − threshold)</c> below it.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras.activations.relu</c>.</remarks>
[KerasName("relu")]
public sealed record Relu : Activation
{
    /// <summary>The slope below the threshold.</summary>
    public double NegativeSlope { get; init; }

    /// <summary>The greatest value that comes out; null is no limit.</summary>
    public double? MaxValue { get; init; }

    /// <summary>The value below which the function is flat (or has the negative slope).</summary>
    public double Threshold { get; init; }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        if (MaxValue is null && Threshold == 0)
        {
            return NegativeSlope == 0 ? nn.functional.relu(x) : nn.functional.leaky_relu(x, NegativeSlope);
        }

        var above = Threshold == 0 ? nn.functional.relu(x) : nn.functional.threshold(x, Threshold, 0);
        if (MaxValue is { } limit)
        {
            above = above.clamp(0, limit);
        }

        return NegativeSlope == 0 ? above : above - (NegativeSlope * nn.functional.relu(Threshold - x));
    }

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape)
    {
        if (MaxValue is null && Threshold == 0)
        {
            return NegativeSlope == 0 ? onnx.Add("Relu", [x]) : onnx.Add("LeakyRelu", [x], ("alpha", (float)NegativeSlope));
        }

        var above = Threshold == 0 ? onnx.Add("Relu", [x]) : new Threshold { Limit = Threshold, DefaultValue = 0 }.WriteOnnx(onnx, x, shape);
        above = MaxValue is { } limit ? onnx.Clip(above, 0, limit) : above;
        return NegativeSlope == 0 ? above
            : onnx.Add("Sub", [above, onnx.Times(onnx.Add("Relu", [onnx.Add("Sub", [onnx.Number(Threshold), x])]), NegativeSlope)]);
    }

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => this is { MaxValue: null, Threshold: 0, NegativeSlope: 0 } ? ("Relu", [], []) : null;
}
