using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Patches of images as columns, or back: <c>[batch, channels, height, width]</c> and <c>[batch, channels · patch, places]</c>.</summary>
[KerasModule("nn")]
internal abstract record FoldOperation : Operation
{
    /// <summary>Height and width of a patch.</summary>
    [PerAxis(2), AtLeast(1)]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>The distance of the pixels in a patch.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> Dilation { get; init; } = [1, 1];

    /// <summary>How many zeros stand beyond each border.</summary>
    [PerAxis(2), AtLeast(0)]
    public IReadOnlyList<int> Padding { get; init; } = [0, 0];

    /// <summary>How far patches lie apart.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> Stride { get; init; } = [1, 1];

    internal sealed override string[] Parameters => ["x"];

    /// <summary>How many pixels a patch has.</summary>
    private protected int Pixels => KernelSize[0] * KernelSize[1];

    /// <summary>How many places there are along an axis.</summary>
    private protected long? Places(long? length, int axis) => ((length + (2 * Padding[axis]) - (Dilation[axis] * (KernelSize[axis] - 1)) - 1) / Stride[axis]) + 1;

    /// <summary>The two numbers of an option, as libtorch takes them.</summary>
    private protected static (long, long) Pair(IReadOnlyList<int> numbers) => (numbers[0], numbers[1]);
}

[KerasName("Unfold")]
internal sealed record UnfoldOperation : FoldOperation
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedExactRank(4);
        return [x.With(new Shape(x.Shape[0], x.Shape[1] * Pixels, Places(x.Shape[2], 0) * Places(x.Shape[3], 1)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [nn.functional.unfold(given.Tensor("x"), Pair(KernelSize), Pair(Dilation), Pair(Padding), Pair(Stride))];
}

[KerasName("Fold")]
internal sealed record FoldBackOperation : FoldOperation
{
    /// <summary>Height and width of the images; where patches lie over one another, they are added.</summary>
    [PerAxis(2), AtLeast(1)]
    public required IReadOnlyList<int> OutputSize { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedExactRank(3);
        var places = Places(OutputSize[0], 0) * Places(OutputSize[1], 1);
        return x.Shape[1] % Pixels is > 0 || (x.Shape[2] is { } columns && columns != places) ? throw Misuse($"cannot make images of {x.Shape}")
            : [x.With(new Shape(x.Shape[0], x.Shape[1] / Pixels, OutputSize[0], OutputSize[1]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [nn.functional.fold(given.Tensor("x"), Pair(OutputSize), Pair(KernelSize), Pair(Dilation), Pair(Padding), Pair(Stride))];
}
