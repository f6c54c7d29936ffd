using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Multiplies and shifts: <c>y = x · scale + offset</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's. Type: that of the computation, whatever goes in.
/// Source: Keras 3, <c>keras.layers.Rescaling</c>.
/// </remarks>
/// <example>Rescaling: { scale: 1/255 }</example>
[KerasName("Rescaling")]
public sealed record Rescaling : UnaryLayer
{
    /// <summary>What the input is multiplied by: one number, or one a channel.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Scale { get; init; }

    /// <summary>What is added afterwards: one number, or one a channel.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Offset { get; init; } = [0];

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        foreach (var numbers in new[] { Scale, Offset }.Where(numbers => numbers.Count > 1))
        {
            if (input.NeedRank(2).Shape.Last is { } channels && channels != numbers.Count)
            {
                throw new ShapeException($"has {numbers.Count} numbers, but its input has {channels} channels: {input}");
            }
        }

        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, call) =>
    {
        var y = call.Cast(x);
        y = Scale is [var scale] ? y.mul(scale) : y.mul(call.Cast(Channels(Scale)));
        return Offset is [0] ? y : Offset is [var offset] ? y.add(offset) : y.add(call.Cast(Channels(Offset)));
    }, (onnx, x) =>
    {
        var y = onnx.Times(onnx.Float(x), Figures(onnx, "scale", Scale));
        return Offset is [0] ? y : onnx.Plus(y, Figures(onnx, "offset", Offset));
    });

    private static string Figures(OnnxGraph onnx, string name, IReadOnlyList<double> numbers) =>
        numbers is [var only] ? onnx.Number(only) : onnx.Fixed(name, Channels(numbers));

    private static Tensor Channels(IReadOnlyList<double> numbers) => tensor(numbers.Select(number => (float)number).ToArray());
}
