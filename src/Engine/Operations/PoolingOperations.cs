using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Pooling;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>One value from each place of a window, as the pooling layers take it.</summary>
internal abstract record PoolingOperation : Operation
{
    /// <summary>Lengths of the window; one number is for all axes.</summary>
    [OneOrMore, AtLeast(1)]
    public required IReadOnlyList<int> PoolSize { get; init; }

    /// <summary>How far the window moves; null is by its own size.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>What the window sees at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal override string[] Parameters => ["inputs"];

    /// <summary>What is taken from each window.</summary>
    private protected abstract PoolFunction Function { get; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("inputs").NeedRank(3);
        return [x.With(Window(x.Rank).Over(x, DataFormat, x.Shape[Space.ChannelAxis(DataFormat)]))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("inputs");
        return [new Pooler(Window((int)x.dim()), DataFormat, Function).Pool(x)];
    }

    private Window Window(int rank)
    {
        var sizes = this.PerAxis("pool_size", PoolSize, rank - 2);
        return Layers.Window.Dense(sizes, Strides is null ? sizes : this.PerAxis("strides", Strides, rank - 2), Padding);
    }
}

[KerasName("MaxPool"), KerasModule("nn")]
internal sealed record MaxPoolOperation : PoolingOperation
{
    private protected override PoolFunction Function => MaxPooling.Greatest;
}

[KerasName("AveragePool"), KerasModule("nn")]
internal sealed record AveragePoolOperation : PoolingOperation
{
    private protected override PoolFunction Function => AveragePooling.Mean;
}

/// <summary>Pooling to a given size.</summary>
internal abstract record AdaptivePoolOperation : Operation
{
    /// <summary>Lengths of the output; one number is for all axes.</summary>
    [OneOrMore, AtLeast(1)]
    public required IReadOnlyList<int> OutputSize { get; init; }

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal sealed override string[] Parameters => ["inputs"];

    /// <summary>Whether the greatest value is taken, or the mean.</summary>
    private protected abstract bool TakesMax { get; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("inputs").NeedRank(3);
        var first = Space.FirstAxis(DataFormat);
        return [x.With(this.PerAxis("output_size", OutputSize, x.Rank - 2).Index().Aggregate(x.Shape, (shape, size) => shape.With(first + size.Index, size.Item)))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("inputs");
        return [AdaptivePooling.Pool(x, [.. this.PerAxis("output_size", OutputSize, (int)x.dim() - 2)], DataFormat, TakesMax)];
    }
}

[KerasName("AdaptiveMaxPool"), KerasModule("nn")]
internal sealed record AdaptiveMaxPoolOperation : AdaptivePoolOperation
{
    private protected override bool TakesMax => true;
}

[KerasName("AdaptiveAveragePool"), KerasModule("nn")]
internal sealed record AdaptiveAveragePoolOperation : AdaptivePoolOperation
{
    private protected override bool TakesMax => false;
}
