using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Channels as squares of pixels, or the other way.</summary>
[KerasModule("nn")]
internal abstract record BlockOperation : Operation
{
    /// <summary>How long a square's side is.</summary>
    [AtLeast(1)]
    public required int BlockSize { get; init; }

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal sealed override string[] Parameters => ["x"];

    /// <summary>The shape of what comes out, channels last.</summary>
    private protected abstract Shape Shape(Shape x);

    /// <summary>Computes it, channels last.</summary>
    private protected abstract Tensor Compute(Tensor x);

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedExactRank(4);
        var first = DataFormat is Channels.First;
        var shape = Shape(first ? new Shape(x.Shape[0], x.Shape[2], x.Shape[3], x.Shape[1]) : x.Shape);
        return [x.With(first ? new Shape(shape[0], shape[3], shape[1], shape[2]) : shape)];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [DataFormat is Channels.First ? ComputeFirst(x) : Compute(x)];
    }

    /// <summary>Computes it, channels second, where Keras orders the channels of a block otherwise.</summary>
    private protected abstract Tensor ComputeFirst(Tensor x);
}

[KerasName("DepthToSpace")]
internal sealed record DepthToSpaceOperation : BlockOperation
{
    private protected override Shape Shape(Shape x) => x[3] % (BlockSize * BlockSize) is > 0 ? throw Misuse($"cannot make squares of {x[3]} channels")
        : new Shape(x[0], x[1] * BlockSize, x[2] * BlockSize, x[3] / (BlockSize * BlockSize));

    private protected override Tensor Compute(Tensor x)
    {
        var (batch, high, wide) = (x.shape[0], x.shape[1], x.shape[2]);
        return x.reshape(batch, high, wide, BlockSize, BlockSize, -1).permute(0, 1, 3, 2, 4, 5).reshape(batch, high * BlockSize, wide * BlockSize, -1);
    }

    private protected override Tensor ComputeFirst(Tensor x)
    {
        var (batch, high, wide) = (x.shape[0], x.shape[2], x.shape[3]);
        return x.reshape(batch, -1, BlockSize, BlockSize, high, wide).permute(0, 1, 4, 2, 5, 3).reshape(batch, -1, high * BlockSize, wide * BlockSize);
    }
}

[KerasName("SpaceToDepth")]
internal sealed record SpaceToDepthOperation : BlockOperation
{
    private protected override Shape Shape(Shape x) => x[1] % BlockSize is > 0 || x[2] % BlockSize is > 0 ? throw Misuse($"cannot take squares of {BlockSize} from images of {x[1]}×{x[2]}")
        : new Shape(x[0], x[1] / BlockSize, x[2] / BlockSize, x[3] * BlockSize * BlockSize);

    private protected override Tensor Compute(Tensor x)
    {
        var (batch, high, wide, channels) = (x.shape[0], x.shape[1] / BlockSize, x.shape[2] / BlockSize, x.shape[3]);
        return x.reshape(batch, high, BlockSize, wide, BlockSize, channels).permute(0, 1, 3, 2, 4, 5).reshape(batch, high, wide, -1);
    }

    private protected override Tensor ComputeFirst(Tensor x)
    {
        var (batch, channels, high, wide) = (x.shape[0], x.shape[1], x.shape[2] / BlockSize, x.shape[3] / BlockSize);
        return x.reshape(batch, channels, high, BlockSize, wide, BlockSize).permute(0, 1, 3, 5, 2, 4).reshape(batch, -1, high, wide);
    }
}

[KerasName("ExtractSequences"), KerasModule("math")]
internal sealed record ExtractSequencesOperation : Operation
{
    /// <summary>How long a stretch is.</summary>
    [AtLeast(1)]
    public required int SequenceLength { get; init; }

    /// <summary>How far the next begins behind it.</summary>
    [AtLeast(1)]
    public required int SequenceStride { get; init; }

    internal override string[] Parameters => ["x"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedRank(1);
        return [x.With(new Shape([.. x.Shape.Take(x.Rank - 1), ((x.Shape[-1] - SequenceLength) / SequenceStride) + 1, SequenceLength]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [given.Tensor("x").unfold(-1, SequenceLength, SequenceStride)];
}
