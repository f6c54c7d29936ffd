using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Split")]
internal sealed record SplitOperation : Rearrangement
{
    /// <summary>How many parts, or where each but the first begins.</summary>
    public required Parts IndicesOrSections { get; init; }

    /// <summary>The axis that is split.</summary>
    public int Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var axis = Index(Axis, x.Rank);
        return [.. Lengths(x.Shape[axis]).Select(length => x.With(x.Shape.With(axis, length)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        var axis = Index(Axis, (int)x.dim());
        return x.split([.. Lengths(x.shape[axis]).Select(length => length!.Value)], axis);
    }

    private IEnumerable<long?> Lengths(long? all) => IndicesOrSections.Count is { } parts && all % parts is > 0
        ? throw Misuse($"cannot split {all} into {parts} like parts") : IndicesOrSections.Lengths(all);
}

[KerasName("Unstack"), KerasModule("core")]
internal sealed record UnstackOperation : Rearrangement
{
    /// <summary>How long the axis is; null where its length is known.</summary>
    public int? Num { get; init; }

    /// <summary>The axis that is taken apart.</summary>
    public int Axis { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var axis = Index(Axis, x.Rank);
        var one = x.With(new Shape(x.Shape.Where((_, i) => i != axis)));
        return [.. Enumerable.Repeat(one, (int)(Num ?? x.Shape[axis] ?? throw Misuse("needs to know how long the axis is")))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => given.Tensor("x").unbind(Axis);
}

/// <summary>Splits a tensor along an axis; the parts need not be alike.</summary>
internal abstract record Parting : Rearrangement
{
    /// <summary>How many parts, or where each but the first begins.</summary>
    public required Parts IndicesOrSections { get; init; }

    /// <summary>The axis that is split, of so many.</summary>
    private protected abstract int AxisOf(int rank);

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var axis = Index(AxisOf(x.Rank), x.Rank);
        return [.. IndicesOrSections.Lengths(x.Shape[axis]).Select(length => x.With(x.Shape.With(axis, length)))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        var axis = Index(AxisOf((int)x.dim()), (int)x.dim());
        return x.split([.. IndicesOrSections.Lengths(x.shape[axis]).Select(length => length!.Value)], axis);
    }
}

[KerasName("ArraySplit")]
internal sealed record ArraySplitOperation : Parting
{
    /// <summary>The axis that is split.</summary>
    public int Axis { get; init; }

    private protected override int AxisOf(int rank) => Axis;
}

[KerasName("Vsplit")]
internal sealed record VsplitOperation : Parting
{
    private protected override int AxisOf(int rank) => 0;
}

[KerasName("Hsplit")]
internal sealed record HsplitOperation : Parting
{
    private protected override int AxisOf(int rank) => rank > 1 ? 1 : 0;
}

[KerasName("Dsplit")]
internal sealed record DsplitOperation : Parting
{
    private protected override int AxisOf(int rank) => 2;
}
