using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Parts of a tensor that are named by their places.</summary>
internal static class Places
{
    /// <summary>The place of each part in a row of all.</summary>
    /// <param name="indices"><c>[…, axes]</c>: a place on each of the first axes.</param>
    /// <param name="lengths">Those axes' lengths.</param>
    internal static Tensor InRow(Tensor indices, long[] lengths)
    {
        var row = zeros(1, ScalarType.Int64);
        foreach (var (axis, length) in lengths.Index())
        {
            var at = indices.to_type(ScalarType.Int64).select(-1, axis).reshape(-1);
            row = (row * length) + where(at < 0, at + length, at);
        }

        return row;
    }

    /// <summary>How many of the first axes places name.</summary>
    internal static int AxesOf(Operation operation, Spec indices, int rank) =>
        indices.NeedRank(1).Shape.Last is { } axes && axes <= rank ? (int)axes : throw operation.Misuse("names places on more axes than there are");
}

[KerasName("Scatter"), KerasModule("core")]
internal sealed record ScatterOperation : Operation
{
    /// <summary>The shape of what comes out: zeros, but for what is put there.</summary>
    [AtLeast(1)]
    public required IReadOnlyList<int> Shape { get; init; }

    internal override string[] Parameters => ["indices", "values"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        _ = Places.AxesOf(this, Constants.SpecOf(given, "indices"), Shape.Count);
        return [Constants.SpecOf(given, "values").With(new Shape(Shape.Select(length => (long?)length)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (indices, values) = (Constants.TensorOf(given, "indices"), Constants.TensorOf(given, "values"));
        long[] shape = [.. Shape.Select(length => (long)length)];
        var axes = (int)indices.shape[^1];
        var parts = values.reshape([-1, .. shape[axes..]]);
        var empty = zeros([shape[..axes].Aggregate(1L, (product, length) => product * length), .. shape[axes..]], values.dtype);
        return [empty.index_add(0, Places.InRow(indices, shape[..axes]), parts, 1).reshape(shape)];
    }
}

/// <summary>What becomes of a part that is there and one that comes.</summary>
internal enum ScatterReduction
{
    /// <summary>Their sum.</summary>
    Add,

    /// <summary>The greater one.</summary>
    Max,

    /// <summary>The lesser one.</summary>
    Min,

    /// <summary>Their product.</summary>
    Mul,
}

[KerasName("ScatterUpdate"), KerasModule("core")]
internal sealed record ScatterUpdateOperation : Operation
{
    /// <summary>What becomes of the old part and the new one; null lets the new one stand.</summary>
    public ScatterReduction? Reduction { get; init; }

    internal override string[] Parameters => ["inputs", "indices", "updates"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var inputs = Constants.SpecOf(given, "inputs");
        _ = Places.AxesOf(this, Constants.SpecOf(given, "indices").NeedExactRank(2), inputs.Rank);
        return [inputs];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (inputs, indices) = (Constants.TensorOf(given, "inputs"), Constants.TensorOf(given, "indices"));
        var axes = (int)indices.shape[^1];
        var parts = inputs.reshape([-1, .. inputs.shape[axes..]]);
        var updates = Constants.TensorOf(given, "updates").to_type(inputs.dtype).reshape([-1, .. inputs.shape[axes..]]);
        var row = Places.InRow(indices, inputs.shape[..axes]);
        var result = Reduction switch
        {
            ScatterReduction.Add => parts.index_add(0, row, updates, 1),
            ScatterReduction.Max => maximum(parts, Together(double.NegativeInfinity).amax([1L])),
            ScatterReduction.Min => minimum(parts, Together(double.PositiveInfinity).amin([1L])),
            ScatterReduction.Mul => parts * Together(1).prod(1, type: inputs.dtype),
            _ => parts.index_copy(0, row, updates),
        };
        return [result.reshape(inputs.shape)];

        Tensor Together(double empty) // [parts, updates, …]
        {
            var none = inputs.is_floating_point() || double.IsFinite(empty) ? empty : empty > 0 ? int.MaxValue : int.MinValue;
            var others = arange(parts.shape[0]).unsqueeze(1).ne(row).reshape([parts.shape[0], -1, .. Enumerable.Repeat(1L, (int)parts.dim() - 1)]);
            return updates.unsqueeze(0).masked_fill(others, none);
        }
    }
}
