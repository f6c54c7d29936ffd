using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Makes a sequence of one vector, repeated.</summary>
/// <remarks>
/// Shape: <c>[batch, features]</c> becomes <c>[batch, n, features]</c>.
/// Errors: an input of another rank than 2.
/// Source: Keras 3, <c>keras.layers.RepeatVector</c>.
/// </remarks>
/// <example>RepeatVector: { n: 3 }</example>
[KerasName("RepeatVector")]
public sealed record RepeatVector : UnaryLayer
{
    /// <summary>Length of the sequence.</summary>
    [AtLeast(1)]
    public required int N { get; init; }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => input.With(new Shape(input.NeedExactRank(2).Shape[0], N, input.Shape[1]));

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule(
        (x, _) => x.unsqueeze(1).expand(-1, N, -1),
        (onnx, x) => onnx.Add("Tile", [onnx.Unsqueeze(x.Name, 1), onnx.Whole(1, N, 1)]));
}
