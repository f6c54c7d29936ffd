using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Puts the axes after the batch into another order.</summary>
/// <remarks>
/// Shape: axis <c>i</c> of the output is axis <c>dims[i − 1]</c> of the input, counted from the batch, which is 0 and stays.
/// Errors: an input of another number of axes.
/// Source: Keras 3, <c>keras.layers.Permute</c>.
/// </remarks>
/// <example>Permute: { dims: [2, 1] }</example>
[KerasName("Permute")]
public sealed record Permute : UnaryLayer, IChecked
{
    /// <summary>The axes of the input in the order of the output, each from 1 on just once.</summary>
    public required IReadOnlyList<int> Dims { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (!Dims.Order().SequenceEqual(Enumerable.Range(1, Dims.Count)))
        {
            yield return new OptionMistake("dims", $"[{string.Join(", ", Dims)}] is no order of axes.", "every axis from 1 on, each just once");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var shape = input.NeedExactRank(Dims.Count + 1).Shape;
        return input.With(new Shape([shape[0], .. Dims.Select(axis => shape[axis])]));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        long[] order = [0, .. Dims.Select(axis => (long)axis)];
        return new FunctionModule((x, _) => x.permute(order), (onnx, x) => onnx.Turn(x.Name, order));
    }
}
