using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("AllClose")]
internal sealed record AllCloseOperation : Operation
{
    /// <summary>How far two may be apart, as a part of the second.</summary>
    public double Rtol { get; init; } = 1e-5;

    /// <summary>How far they may be apart beside that.</summary>
    public double Atol { get; init; } = 1e-8;

    /// <summary>Whether two that are no numbers are alike.</summary>
    public bool EqualNan { get; init; }

    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [new Spec(new Shape(), DataType.Bool)];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [isclose(Constants.TensorOf(given, "x1"), Constants.TensorOf(given, "x2"), Rtol, Atol, EqualNan).all()];
}

[KerasName("Argpartition")]
internal sealed record ArgpartitionOperation : Rearrangement
{
    /// <summary>The place that is as in the sorted row: lesser ones stand before it, greater ones behind. Here all are sorted.</summary>
    public required int Kth { get; init; }

    /// <summary>The axis; null is all elements in one row.</summary>
    public int? Axis { get; init; } = -1;

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [(Axis is null ? Row(given.Tensor("x")) : given.Tensor("x")) with { Type = DataType.Int32 }];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [(Axis is null ? given.Tensor("x").flatten() : given.Tensor("x")).sort(Axis ?? -1, descending: false, stable: true).Indices.to_type(ScalarType.Int32)];
}

[KerasName("Bincount")]
[RefusedOption("weights", "they are an array that stands in no argument of the call")]
[IgnoredOption("sparse")]
internal sealed record BincountOperation : Rearrangement
{
    /// <summary>How many numbers are counted at least.</summary>
    [AtLeast(0)]
    public int Minlength { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return x.Rank is 1 or 2 ? [new Spec(x.Shape.WithLast(null), DataType.Int32)] : throw Misuse("counts in one row or in several");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x").to_type(ScalarType.Int64);
        var length = Math.Max(Minlength, x.numel() == 0 ? 0 : x.max().item<long>() + 1);
        return [zeros([.. x.shape[..^1], length], ScalarType.Int32).scatter_add(-1, x, ones_like(x, ScalarType.Int32))];
    }
}

[KerasName("Corrcoef")]
internal sealed record CorrcoefOperation : Rearrangement
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return x.Rank is 1 or 2 ? [new Spec(x.Rank == 1 ? new Shape() : new Shape(x.Shape[0], x.Shape[0]), Broadcast.Types([x.Type], withFraction: true))] : throw Misuse("compares rows");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        x = x.is_floating_point() ? x : x.to_type(ScalarType.Float32);
        var rows = x.reshape(-1, x.shape[^1]);
        rows = rows - rows.mean([1], keepdim: true);
        var products = rows.matmul(rows.transpose(0, 1));
        var lengths = products.diag().sqrt();
        var likeness = (products / lengths.unsqueeze(1) / lengths).clamp(-1, 1);
        return [x.dim() == 1 ? likeness.reshape([]) : likeness];
    }
}

/// <summary>Which part of two rows laid over one another comes out.</summary>
internal enum CorrelateMode
{
    /// <summary>Where one lies wholly over the other.</summary>
    Valid,

    /// <summary>As much as the longer one is long, in the middle.</summary>
    Same,

    /// <summary>Where they touch at all.</summary>
    Full,
}

[KerasName("Correlate")]
internal sealed record CorrelateOperation : Operation
{
    /// <summary>Which part comes out.</summary>
    public CorrelateMode Mode { get; init; }

    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, "x1").NeedExactRank(1), Constants.SpecOf(given, "x2").NeedExactRank(1));
        var length = one.Shape[0] is { } here && other.Shape[0] is { } there ? Length(here, there) : (long?)null;
        return [new Spec(new Shape(length), Broadcast.Types([one.Type, other.Type], withFraction: true))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (one, other) = (Real("x1"), Real("x2"));
        var (here, there) = (one.shape[0], other.shape[0]);
        var full = nn.functional.conv1d(one.view(1, 1, -1), other.view(1, 1, -1), padding: there - 1).view(-1);
        var length = Length(here, there);
        return [full.narrow(0, (full.shape[0] - length) / 2, length)];

        Tensor Real(string name) => Constants.TensorOf(given, name) is var x && x.is_floating_point() ? x : Constants.TensorOf(given, name).to_type(ScalarType.Float32);
    }

    private long Length(long one, long other) => Mode switch
    {
        CorrelateMode.Valid => Math.Abs(one - other) + 1,
        CorrelateMode.Same => Math.Max(one, other),
        _ => one + other - 1,
    };
}

[KerasName("Full")]
internal sealed record FullOperation : Operation
{
    /// <summary>The shape of what comes out.</summary>
    [AtLeast(0)]
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Its type; null is float32.</summary>
    public DtypePolicy? Dtype { get; init; }

    internal override string[] Parameters => ["fill_value"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [new Spec(new Shape(Shape.Select(length => (long?)length)), Dtype?.Compute ?? DataType.Float32)];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [Constants.TensorOf(given, "fill_value").to_type((Dtype?.Compute ?? DataType.Float32).ToTorch()).expand([.. Shape.Select(length => (long)length)]).clone()];
}

[KerasName("Histogram")]
internal sealed record HistogramOperation : Rearrangement
{
    /// <summary>How many parts the range is cut into.</summary>
    [AtLeast(1)]
    public int Bins { get; init; } = 10;

    /// <summary>The least and the greatest value that count; null is what there is.</summary>
    public IReadOnlyList<double>? Range { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return Range is null or [_, _] ? [x.With(new Shape(Bins)), x.With(new Shape(Bins + 1))] : throw Misuse("needs a least and a greatest value as 'range'");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x").flatten();
        var values = x.to_type(ScalarType.Float64);
        var (least, greatest) = Range is [var from, var to] ? (from, to) : x.numel() == 0 ? (0, 1) : (values.min().item<double>(), values.max().item<double>());
        (least, greatest) = least == greatest ? (least - 0.5, greatest + 0.5) : (least, greatest);
        var edges = linspace(least, greatest, Bins + 1, ScalarType.Float64);
        var counted = values.masked_select((values >= least) & (values <= greatest));
        var parts = searchsorted(edges, counted, right: true).sub(1).clamp_max(Bins - 1).to_type(ScalarType.Int64);
        return [zeros(Bins, x.dtype).scatter_add(0, parts, ones_like(parts, x.dtype)), edges.to_type(x.dtype)];
    }
}

[KerasName("Meshgrid")]
internal sealed record MeshgridOperation : Operation
{
    /// <summary>Which of the first two goes down, and which across.</summary>
    public MeshIndexing Indexing { get; init; }

    internal override string[] Parameters => [];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var lengths = given.Inputs.Select(x => x.Shape.SizeFrom(0)).ToArray();
        if (Indexing == MeshIndexing.Xy && lengths.Length > 1)
        {
            (lengths[0], lengths[1]) = (lengths[1], lengths[0]);
        }

        return [.. given.Inputs.Select(x => x.With(new Shape(lengths)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [.. meshgrid([.. given.Inputs.Select(x => x.flatten())], Indexing == MeshIndexing.Xy ? "xy" : "ij")];
}

/// <summary>Which axes the first two rows of a grid lie along.</summary>
internal enum MeshIndexing
{
    /// <summary>The first across, the second down.</summary>
    Xy,

    /// <summary>The first down, the second across.</summary>
    Ij,
}

[KerasName("Select")]
internal sealed record SelectOperation : Operation
{
    internal override string[] Parameters => ["condlist", "choicelist", "default"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (conditions, choices) = (given.Tensors("condlist"), given.Tensors("choicelist"));
        return conditions.Count == choices.Count ? [choices[0].With(Broadcast.Shapes(this, conditions.Concat(choices).Select(x => x.Shape)))] : throw Misuse("needs a condition for each choice");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (conditions, choices) = (given.Tensors("condlist"), given.Tensors("choicelist"));
        var otherwise = Constants.MaybeTensorOf(given, "default")?.to_type(choices[0].dtype) ?? zeros([], choices[0].dtype);
        return [conditions.Zip(choices).Reverse().Aggregate(otherwise, (rest, pair) => where(pair.First.to_type(ScalarType.Bool), pair.Second, rest))];
    }
}

[KerasName("UnravelIndex")]
internal sealed record UnravelIndexOperation : Operation
{
    /// <summary>The lengths of the axes.</summary>
    [AtLeast(1)]
    public required IReadOnlyList<int> Shape { get; init; }

    internal override string[] Parameters => ["indices"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [.. Shape.Select(_ => given.Tensor("indices"))];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var rest = given.Tensor("indices");
        var places = new Tensor[Shape.Count];
        for (var axis = Shape.Count - 1; axis >= 0; axis--)
        {
            (places[axis], rest) = (rest.remainder(Shape[axis]), rest.floor_divide(Shape[axis]));
        }

        return places;
    }
}

[KerasName("Vander")]
internal sealed record VanderOperation : Rearrangement
{
    /// <summary>How many powers; null is as many as there are numbers.</summary>
    [KerasName("N"), AtLeast(0)]
    public int? Count { get; init; }

    /// <summary>Whether powers rise.</summary>
    public bool Increasing { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedExactRank(1);
        return [x.With(new Shape(x.Shape[0], Count ?? x.Shape[0]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        var powers = arange(Count ?? x.shape[0], x.dtype);
        return [x.unsqueeze(1).pow(Increasing ? powers : powers.flip(0))];
    }
}
