using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Gives each example another shape of the same size, the last axis running fastest.</summary>
/// <remarks>
/// Shape: <c>[batch, …]</c> becomes <c>[batch, target_shape]</c>; one axis may be −1, and takes what is left.
/// Errors: a target of another size than the input's is refused.
/// Source: Keras 3, <c>keras.layers.Reshape</c>.
/// </remarks>
/// <example>Reshape: { target_shape: [-1, 2], input_shape: [3, 4] }</example>
[KerasName("Reshape")]
public sealed record Reshape : UnaryLayer
{
    /// <summary>Lengths of the axes after the batch.</summary>
    [OldName("dims")]
    public required IReadOnlyList<int> TargetShape { get; init; }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var given = TargetShape.Where(length => length != -1).Aggregate(1L, (product, length) => product * length);
        var open = TargetShape.Count(length => length == -1);
        if (open > 1 || TargetShape.Any(length => length < -1 || length == 0))
        {
            throw new ShapeException($"has a target_shape of [{string.Join(", ", TargetShape)}], where lengths are at least 1 and one may be -1");
        }

        var size = input.Shape.SizeFrom(1);
        if (size is { } known && (open == 1 ? known % given != 0 : known != given))
        {
            throw new ShapeException($"cannot make [{string.Join(", ", TargetShape)}] of {known} elements an example: its input is {input}");
        }

        return input.With(new Shape([input.Shape[0], .. TargetShape.Select(length => length == -1 ? size / given : length)]));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        long[] target = [.. TargetShape.Select(length => (long)length)];
        return new FunctionModule((x, _) => x.reshape([x.shape[0], .. target]), (onnx, x) => onnx.Reshape(x.Name, [0, .. target]));
    }
}
