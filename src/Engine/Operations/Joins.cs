using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Append")]
internal sealed record AppendOperation : Rearrangement
{
    /// <summary>The axis that becomes longer; null is all elements in one row.</summary>
    public int? Axis { get; init; }

    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (given.Tensor("x1"), given.Tensor("x2"));
        (one, other) = Axis is null ? (Row(one), Row(other)) : (one, other);
        var axis = Index(Axis ?? 0, one.Rank);
        return [new Spec(one.Shape.With(axis, one.Shape[axis] + other.Shape[axis]), Broadcast.Types([one.Type, other.Type]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Axis is { } axis
        ? cat([given.Tensor("x1"), given.Tensor("x2")], axis) : cat([given.Tensor("x1").flatten(), given.Tensor("x2").flatten()])];
}

[KerasName("Concatenate")]
internal sealed record ConcatenateOperation : Rearrangement
{
    /// <summary>The axis that becomes longer.</summary>
    public int Axis { get; init; } = -1;

    internal override string[] Parameters => ["xs"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var all = given.Tensors("xs");
        var axis = Index(Axis, all[0].Rank);
        var length = all.Aggregate((long?)0, (sum, one) => sum + one.Shape[axis]);
        return [new Spec(all[0].Shape.With(axis, length), Broadcast.Types(all.Select(one => one.Type)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [cat([.. given.Tensors("xs")], Axis)];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) =>
        onnx.Add("Concat", [.. given.Tensors("xs").Select(one => one.Name)], ("axis", (long)Axis));
}

[KerasName("Stack")]
internal sealed record StackOperation : Rearrangement
{
    /// <summary>Where the new axis stands.</summary>
    public int Axis { get; init; }

    internal override string[] Parameters => ["x"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var all = given.Tensors("x");
        var axes = all[0].Shape.ToList();
        axes.Insert(Index(Axis, axes.Count + 1), all.Count);
        return [new Spec(new Shape(axes), Broadcast.Types(all.Select(one => one.Type)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [stack([.. given.Tensors("x")], Axis)];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given)
    {
        var all = given.Tensors("x");
        var axis = Index(Axis, all[0].Spec.Rank + 1);
        return onnx.Add("Concat", [.. all.Select(one => onnx.Unsqueeze(one.Name, axis))], ("axis", (long)axis));
    }
}

/// <summary>Joins tensors along an axis that its name says.</summary>
internal abstract record Join : Rearrangement
{
    internal sealed override string[] Parameters => ["xs"];

    /// <summary>The axis that becomes longer, for tensors of so many axes.</summary>
    private protected abstract int AxisOf(int rank);

    /// <summary>How many axes there must be; what has fewer gets axes of length 1.</summary>
    private protected abstract int LeastRank { get; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var all = given.Tensors("xs").Select(x => x.With(new Shape(Filled([.. x.Shape])))).ToList();
        var axis = AxisOf(all[0].Rank);
        return [new Spec(all[0].Shape.With(axis, all.Aggregate((long?)0, (sum, one) => sum + one.Shape[axis])), Broadcast.Types(all.Select(one => one.Type)))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var all = given.Tensors("xs").Select(x => x.reshape([.. Filled([.. x.shape.Select(length => (long?)length)]).Select(length => length!.Value)])).ToList();
        return [cat(all, AxisOf((int)all[0].dim()))];
    }

    /// <summary>A shape with the axes that are missing, as numpy adds them.</summary>
    private IEnumerable<long?> Filled(List<long?> shape) => (LeastRank - shape.Count) switch
    {
        <= 0 => shape,
        1 when LeastRank == 3 => [.. shape, 1],
        _ when LeastRank == 3 => [1, .. shape, .. Enumerable.Repeat((long?)1, 2 - shape.Count)],
        var missing => [.. Enumerable.Repeat((long?)1, missing), .. shape],
    };
}

[KerasName("Hstack")]
internal sealed record HstackOperation : Join
{
    private protected override int LeastRank => 1;

    private protected override int AxisOf(int rank) => rank > 1 ? 1 : 0;
}

[KerasName("Vstack")]
internal sealed record VstackOperation : Join
{
    private protected override int LeastRank => 2;

    private protected override int AxisOf(int rank) => 0;
}

[KerasName("Dstack")]
internal sealed record DstackOperation : Join
{
    private protected override int LeastRank => 3;

    private protected override int AxisOf(int rank) => 2;
}
