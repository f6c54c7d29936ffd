using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Numbers from one to another, along a new axis.</summary>
internal abstract record Steps : Operation
{
    /// <summary>How many.</summary>
    [AtLeast(1)]
    public int Num { get; init; } = 50;

    /// <summary>Whether the last is one of them.</summary>
    public bool Endpoint { get; init; } = true;

    /// <summary>The type of the numbers; null is that of the first.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>Where the new axis stands.</summary>
    public int Axis { get; init; }

    internal sealed override string[] Parameters => ["start", "stop"];

    /// <summary>Makes numbers of steps that are alike.</summary>
    private protected abstract Tensor Between(Tensor start, Tensor stop, Tensor shares);

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (start, stop) = (Constants.SpecOf(given, "start"), Constants.SpecOf(given, "stop"));
        var axes = Broadcast.Shapes(this, [start.Shape, stop.Shape]).ToList();
        axes.Insert(At(axes.Count + 1), Num);
        return [new Spec(new Shape(axes), Dtype?.Compute ?? Broadcast.Types([start.Type], withFraction: true))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (start, stop) = (Constants.TensorOf(given, "start").to_type(ScalarType.Float32), Constants.TensorOf(given, "stop").to_type(ScalarType.Float32));
        var rank = (int)Math.Max(start.dim(), stop.dim());
        var shares = arange(Num, ScalarType.Float32) / Math.Max(1, Endpoint ? Num - 1 : Num);
        return [Between(start.unsqueeze(-1), stop.unsqueeze(-1), shares).movedim([-1], [At(rank + 1)]).to_type((Dtype?.Compute ?? DataType.Float32).ToTorch())];
    }

    private int At(int rank) => Axis < 0 ? Axis + rank : Axis;
}

[KerasName("Linspace")]
[RefusedOption("retstep", "only the numbers are put out here")]
internal sealed record LinspaceOperation : Steps
{
    private protected override Tensor Between(Tensor start, Tensor stop, Tensor shares) => start + ((stop - start) * shares);
}

[KerasName("Logspace")]
internal sealed record LogspaceOperation : Steps
{
    /// <summary>What is raised to the numbers.</summary>
    public double Base { get; init; } = 10;

    private protected override Tensor Between(Tensor start, Tensor stop, Tensor shares) => ((start + ((stop - start) * shares)) * Math.Log(Base)).exp();
}

[KerasName("Geomspace")]
internal sealed record GeomspaceOperation : Steps
{
    private protected override Tensor Between(Tensor start, Tensor stop, Tensor shares) => start * (stop / start).pow(shares);
}

[KerasName("Copy")]
internal sealed record CopyOperation() : Elementwise(x => x.clone(), keepsType: true, onnx: "Identity");

[KerasName("EmptyLike")]
internal sealed record EmptyLikeOperation : Filling
{
    private protected override Tensor Compute(Tensor x) => x.zeros_like(dtype: Dtype?.Compute.ToTorch() ?? x.dtype);
}

[KerasName("Array")]
internal sealed record ArrayOperation : Filling
{
    private protected override Tensor Compute(Tensor x) => x.to_type(Dtype?.Compute.ToTorch() ?? x.dtype);
}

[KerasName("SaturateCast"), KerasModule("core")]
internal sealed record SaturateCastOperation : Rearrangement
{
    /// <summary>The type that numbers become; what it cannot hold becomes the nearest it can.</summary>
    public required DtypePolicy Dtype { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("x") with { Type = Dtype.Compute }];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        var (least, most) = Dtype.Compute switch
        {
            DataType.UInt8 => (0.0, 255.0),
            DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DataType.Int16 => (short.MinValue, short.MaxValue),
            DataType.Int32 => (int.MinValue, int.MaxValue),
            DataType.Float16 => (-65504, 65504),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        return [(double.IsFinite(least) ? x.to_type(x.is_floating_point() ? ScalarType.Float64 : ScalarType.Int64).clamp(least, most) : x).to_type(Dtype.Compute.ToTorch())];
    }
}
