using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Take")]
internal sealed record TakeOperation : Rearrangement
{
    /// <summary>The axis along which is taken; null is all elements in one row.</summary>
    public int? Axis { get; init; }

    internal override string[] Parameters => ["x", "indices"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var places = Constants.IsConstant(given["indices"]) ? Constants.SpecOf(given["indices"]!).Shape : given.Tensor("indices").Shape;
        if (Axis is not { } axis)
        {
            return [x.With(places)];
        }

        var at = Index(axis, x.Rank);
        return [x.With(new Shape([.. x.Shape.Take(at), .. places, .. x.Shape.Skip(at + 1)]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var places = (Constants.IsConstant(given["indices"]) ? Constants.TensorOf(given["indices"]!) : given.Tensor("indices")).to_type(ScalarType.Int64);
        var x = Axis is null ? given.Tensor("x").flatten() : given.Tensor("x");
        var at = Index(Axis ?? 0, (int)x.dim());
        var flat = places.flatten();
        var taken = x.index_select(at, where(flat.lt(0), flat + x.shape[at], flat));
        return [taken.reshape([.. x.shape.Take(at), .. places.shape, .. x.shape.Skip(at + 1)])];
    }
}

[KerasName("TakeAlongAxis")]
internal sealed record TakeAlongAxisOperation : Rearrangement
{
    /// <summary>The axis along which is taken.</summary>
    public required int Axis { get; init; }

    internal override string[] Parameters => ["x", "indices"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x").With(given.Tensor("indices").Shape)];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (x, places) = (given.Tensor("x"), given.Tensor("indices").to_type(ScalarType.Int64));
        return [x.gather(Index(Axis, (int)x.dim()), where(places.lt(0), places + x.shape[Index(Axis, (int)x.dim())], places))];
    }
}

[KerasName("Sort")]
internal sealed record SortOperation : Rearrangement
{
    /// <summary>The axis along which is sorted; null is all elements in one row.</summary>
    public int? Axis { get; init; } = -1;

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [Axis is null ? Row(given.Tensor("x")) : given.Tensor("x")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [(Axis is null ? given.Tensor("x").flatten() : given.Tensor("x")).sort(Axis ?? -1).Values];
}

[KerasName("Argsort")]
internal sealed record ArgsortOperation : Rearrangement
{
    /// <summary>The axis along which is sorted; null is all elements in one row.</summary>
    public int? Axis { get; init; } = -1;

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) =>
        [(Axis is null ? Row(given.Tensor("x")) : given.Tensor("x")) with { Type = DataType.Int64 }];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [(Axis is null ? given.Tensor("x").flatten() : given.Tensor("x")).sort(Axis ?? -1, descending: false, stable: true).Indices];
}

/// <summary>A sum or product of each element and all before it.</summary>
internal abstract record Running : Rearrangement
{
    /// <summary>The axis along which it runs; null is all elements in one row.</summary>
    public int? Axis { get; init; }

    /// <summary>The type of the result; null keeps that of the argument.</summary>
    public DtypePolicy? Dtype { get; init; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return [(Axis is null ? Row(x) : x) with { Type = Dtype?.Compute ?? x.Type }];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        return [Run((Axis is null ? x.flatten() : x).to_type(Dtype?.Compute.ToTorch() ?? x.dtype), Axis ?? 0)];
    }

    /// <summary>Computes it along an axis.</summary>
    private protected abstract Tensor Run(Tensor x, int axis);
}

[KerasName("Cumsum")]
internal sealed record CumsumOperation : Running
{
    private protected override Tensor Run(Tensor x, int axis) => x.cumsum(axis, x.dtype);
}

[KerasName("Cumprod")]
internal sealed record CumprodOperation : Running
{
    private protected override Tensor Run(Tensor x, int axis) => x.cumprod(axis, x.dtype);
}

/// <summary>Whole numbers as rows in which their places are marked.</summary>
[IgnoredOption("sparse")]
internal abstract record Encoding : Rearrangement
{
    /// <summary>How many numbers there are.</summary>
    [AtLeast(1)]
    public required int NumClasses { get; init; }

    /// <summary>Where the axis of the places stands.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>The type of the marks.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>The shape and type of the marked rows.</summary>
    private protected Spec Marked(Spec x)
    {
        var axes = x.Shape.ToList();
        axes.Insert(Index(Axis, x.Rank + 1), NumClasses);
        return new Spec(new Shape(axes), Dtype?.Compute ?? DataType.Float32);
    }

    /// <summary>The marked rows; a number out of range marks nothing.</summary>
    private protected Tensor Mark(Tensor x) =>
        x.to_type(ScalarType.Int64).unsqueeze(-1).eq(arange(NumClasses, ScalarType.Int64)).movedim([-1], [Index(Axis, (int)x.dim() + 1)])
            .to_type((Dtype?.Compute ?? DataType.Float32).ToTorch());
}

[KerasName("OneHot"), KerasModule("nn")]
internal sealed record OneHotOperation : Encoding
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [Marked(given.Tensor("x"))];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Mark(given.Tensor("x"))];
}

[KerasName("MultiHot"), KerasModule("nn")]
internal sealed record MultiHotOperation : Encoding
{
    internal override string[] Parameters => ["inputs"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var marked = Marked(given.Tensor("inputs"));
        var gone = given.Tensor("inputs").Rank > 1 ? 1 : 0;
        return [marked.With(new Shape(marked.Shape.Where((_, i) => i != gone)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("inputs");
        return [Mark(x).amax([x.dim() > 1 ? 1 : 0])];
    }
}
