using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>A layer that merges its inputs element by element.</summary>
/// <remarks>
/// An input of fewer axes gets axes of length 1 after the batch, and axes of length 1 are stretched. A position of the output counts
/// where it counts in any input, if every input has a mask; otherwise the output has none.
/// </remarks>
public abstract record ElementwiseMerge : MergeLayer
{
    /// <inheritdoc/>
    private protected override Shape OutputShape(IReadOnlyList<Spec> inputs)
    {
        var rank = inputs.Max(input => input.Rank);
        return inputs.Select(input => Widened(input.Shape, rank)).Aggregate((one, other) => new Shape(one.Zip(other, (a, b) => Joined(a, b, inputs))));
    }

    /// <inheritdoc/>
    private protected sealed override Tensor Merge(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        var rank = inputs.Max(input => input.dim());
        return inputs.All(input => input.dim() == rank)
            ? MergeAlike(inputs, masks)
            : MergeAlike([.. inputs.Select(input => Widened(input, rank))], new Tensor?[inputs.Count]);
    }

    /// <summary>Says the merge of two in ONNX.</summary>
    private protected abstract string MergeOnnx(OnnxGraph onnx, string one, string other);

    /// <summary>Says in ONNX what is done with the merge of all.</summary>
    private protected virtual string FinishOnnx(OnnxGraph onnx, string merged, int count) => merged;

    /// <inheritdoc/>
    private protected sealed override string WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs)
    {
        var rank = inputs.Max(input => input.Spec.Rank);
        List<string> wide = [.. inputs.Select(input => onnx.Unsqueeze(input.Name, [.. Enumerable.Range(1, rank - input.Spec.Rank).Select(axis => (long)axis)]))];
        string Merge(IReadOnlyList<string> values) => FinishOnnx(onnx, values.Aggregate((one, other) => MergeOnnx(onnx, one, other)), values.Count);
        return inputs.All(input => input.Spec.Rank == rank) ? onnx.Each(wide, Merge) : Merge(wide);
    }

    /// <summary>Computes the output of inputs that have equally many axes.</summary>
    private protected abstract Tensor MergeAlike(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks);

    /// <summary>Merges two by two; a value that does not count gives way to the one beside it.</summary>
    private protected static Tensor MergeCounting(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Func<Tensor, Tensor, Tensor> merge)
    {
        var (output, counts) = (inputs[0], masks[0]);
        for (var i = 1; i < inputs.Count; i++)
        {
            var (x, mask) = (inputs[i], masks[i]);
            x = mask is null ? x : where(Mask.Over(mask, x), x, output);
            output = merge(counts is null ? output : where(Mask.Over(counts, output), output, x), x);
            counts = mask is null ? null : counts?.logical_or(mask);
        }

        return output;
    }

    /// <inheritdoc/>
    private protected sealed override Tensor? MergeMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks) =>
        masks.Aggregate((one, other) => one is null || other is null ? null : one.logical_or(other));

    private static Shape Widened(Shape shape, int rank) => new([.. shape.Take(1), .. Enumerable.Repeat<long?>(1, rank - shape.Rank), .. shape.Skip(1)]);

    private static Tensor Widened(Tensor x, long rank)
    {
        while (x.dim() < rank)
        {
            x = x.unsqueeze(1);
        }

        return x;
    }

    private static long? Joined(long? one, long? other, IReadOnlyList<Spec> inputs) =>
        one == other || other == 1 || (other is null && one > 1) ? one
        : one is null or 1 ? (other is null or 1 ? null : other)
        : throw new ShapeException($"expected inputs of one shape, but they are {string.Join(" and ", inputs.Select(input => input.Shape))}");
}
