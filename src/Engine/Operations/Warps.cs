using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation that takes each pixel of an image, or of a batch of them, from another place.</summary>
[KerasModule("image")]
internal abstract record WarpOperation : Operation
{
    /// <summary>How values between pixels are made up: nearest or bilinear.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The value beyond the borders, where it is one.</summary>
    public double FillValue { get; init; }

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        if (Interpolation is not (Interpolation.Nearest or Interpolation.Bilinear))
        {
            throw Misuse("takes the nearest pixel or four");
        }

        var images = given.Tensor("images");
        return images.Rank is 3 or 4 ? [images] : throw Misuse($"needs an image or a batch of them, not {images.Shape}");
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var images = given.Tensor("images");
        var batch = images.dim() == 3 ? images.unsqueeze(0) : images;
        var rules = Rules(given);
        rules = rules.dim() == 1 ? rules.unsqueeze(0) : rules;
        var warp = new Warp(Interpolation, Beyond, FillValue);
        var moved = warp.Project(Space.In(batch.to_type(ScalarType.Float32), DataFormat), rules.to_type(ScalarType.Float32).expand(batch.shape[0], 8));
        moved = Space.Out(moved, DataFormat, rank: 2).to_type(images.dtype);
        return [images.dim() == 3 ? moved.squeeze(0) : moved];
    }

    /// <summary>What stands beyond the borders.</summary>
    private protected abstract FillMode Beyond { get; }

    /// <summary>The eight numbers of each image, or of all.</summary>
    private protected abstract Tensor Rules(Given<Tensor> given);
}

[KerasName("AffineTransform")]
internal sealed record AffineTransformOperation : WarpOperation
{
    /// <summary>What stands beyond the borders.</summary>
    public FillMode FillMode { get; init; } = FillMode.Constant;

    internal override string[] Parameters => ["images", "transform"];

    private protected override FillMode Beyond => FillMode;

    private protected override Tensor Rules(Given<Tensor> given) => Constants.TensorOf(given, "transform");
}

[KerasName("PerspectiveTransform")]
internal sealed record PerspectiveTransformOperation : WarpOperation
{
    internal override string[] Parameters => ["images", "start_points", "end_points"];

    private protected override FillMode Beyond => FillMode.Constant;

    private protected override Tensor Rules(Given<Tensor> given) =>
        Warp.Perspective(Constants.TensorOf(given, "start_points").reshape(-1, 4, 2), Constants.TensorOf(given, "end_points").reshape(-1, 4, 2));
}

[KerasName("MapCoordinates"), KerasModule("image")]
internal sealed record MapCoordinatesOperation : Operation
{
    /// <summary>0 takes the nearest value, 1 makes one up of those around.</summary>
    [Between(0, 1)]
    public required int Order { get; init; }

    /// <summary>What stands beyond the borders.</summary>
    public FillMode FillMode { get; init; } = FillMode.Constant;

    /// <summary>The value there, with <c>constant</c>.</summary>
    public double FillValue { get; init; }

    internal override string[] Parameters => ["inputs", "coordinates"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (inputs, places) = (Constants.SpecOf(given, "inputs"), Constants.SpecOf(given, "coordinates").NeedRank(2));
        return places.Shape[0] is { } axes && axes == inputs.Rank ? [inputs.With(places.Shape.Slice(1, places.Rank - 1))] : throw Misuse("needs a place on each axis");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (inputs, places) = (Constants.TensorOf(given, "inputs"), Constants.TensorOf(given, "coordinates"));
        var warp = new Warp(Order == 0 ? Interpolation.Nearest : Interpolation.Bilinear, FillMode, FillValue);
        var taken = warp.Take(inputs.to_type(ScalarType.Float32), [.. places.to_type(ScalarType.Float32).unbind()]);
        return [inputs.is_floating_point() ? taken.to_type(inputs.dtype) : taken.round().to_type(inputs.dtype)];
    }
}

[KerasName("SobelEdges"), KerasModule("image")]
internal sealed record SobelEdgesOperation : Operation
{
    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal override string[] Parameters => ["images"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var images = given.Tensor("images").NeedExactRank(4);
        return [images.With(new Shape([.. images.Shape, 2]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var images = given.Tensor("images");
        var channels = Space.In(images, DataFormat); // [batch, channels, height, width]
        var single = channels.reshape(-1, 1, channels.shape[2], channels.shape[3]);
        var across = tensor(new float[] { -1, 0, 1, -2, 0, 2, -1, 0, 1 }, [1, 1, 3, 3]).to_type(images.dtype);
        var edges = nn.functional.conv2d(single, cat([across.transpose(2, 3), across]), padding: [1, 1]); // [batch · channels, 2, height, width]
        edges = edges.view(channels.shape[0], channels.shape[1], 2, channels.shape[2], channels.shape[3]);
        return [DataFormat is Channels.First ? edges.permute(0, 1, 3, 4, 2) : edges.permute(0, 3, 4, 1, 2)];
    }
}

[KerasName("SSIM"), KerasModule("image")]
internal sealed record SSIMOperation : Operation
{
    /// <summary>The greatest value of a pixel.</summary>
    public double MaxVal { get; init; } = 1;

    /// <summary>The side of the window that images are compared through.</summary>
    [AtLeast(1)]
    public int FilterSize { get; init; } = 11;

    /// <summary>How far the window reaches: a normal distribution's deviation.</summary>
    [Above(0)]
    public double FilterSigma { get; init; } = 1.5;

    /// <summary>Keeps dark places from counting too much.</summary>
    [KerasName("k1")]
    public double K1 { get; init; } = 0.01;

    /// <summary>Keeps even places from counting too much.</summary>
    [KerasName("k2")]
    public double K2 { get; init; } = 0.03;

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal override string[] Parameters => ["image1", "image2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, "image1"), Constants.SpecOf(given, "image2"));
        return one.Rank is 3 or 4 && one.Rank == other.Rank ? [one.With(one.Rank == 3 ? new Shape() : new Shape(one.Shape[0]))] : throw Misuse("needs two images or two batches of them");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (one, other) = (Channels("image1"), Channels("image2"));
        var places = arange(FilterSize, ScalarType.Float32) - ((FilterSize - 1) / 2.0);
        var bell = (places.square() / (-2 * FilterSigma * FilterSigma)).exp();
        bell = bell / bell.sum();
        var window = (bell.unsqueeze(1) * bell).view(1, 1, FilterSize, FilterSize);

        var (mean, otherMean) = (Seen(one), Seen(other));
        var (spread, otherSpread) = (Seen(one.square()) - mean.square(), Seen(other.square()) - otherMean.square());
        var common = Seen(one * other) - (mean * otherMean);
        var (dark, even) = (Math.Pow(K1 * MaxVal, 2), Math.Pow(K2 * MaxVal, 2));
        var alike = ((2 * mean * otherMean) + dark) * ((2 * common) + even) / ((mean.square() + otherMean.square() + dark) * (spread + otherSpread + even));
        var image = given.Tensor("image1");
        var figure = alike.mean([1, 2, 3]).view(image.dim() == 3 ? 1 : image.shape[0], -1).mean([-1]);
        return [(image.dim() == 3 ? figure.squeeze(0) : figure).to_type(image.dtype)];

        Tensor Seen(Tensor x) => nn.functional.conv2d(x, window);

        Tensor Channels(string name) // [batch · channels, 1, height, width]
        {
            var x = Constants.TensorOf(given, name).to_type(ScalarType.Float32);
            x = Space.In(x.dim() == 3 ? x.unsqueeze(0) : x, DataFormat);
            return x.reshape(-1, 1, x.shape[2], x.shape[3]);
        }
    }
}
