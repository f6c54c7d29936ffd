using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation on one image or a batch of them.</summary>
[KerasModule("image")]
internal abstract record ImageOperation : Operation
{
    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal sealed override string[] Parameters => ["images"];

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("images");
        if (x.Rank is not (3 or 4))
        {
            throw Misuse($"needs an image or a batch of them, not {x.Shape}");
        }

        var (height, width, channels) = DataFormat is Channels.First ? (-2, -1, -3) : (-3, -2, -1);
        var (high, wide, deep) = Infer(x.Shape[height], x.Shape[width], x.Shape[channels]);
        return [x.With(x.Shape.With(x.Rank + height, high).With(x.Rank + width, wide).With(x.Rank + channels, deep))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("images");
        var batch = x.dim() == 3 ? x.unsqueeze(0) : x;
        var real = batch.is_floating_point() ? batch : batch.to_type(ScalarType.Float32);
        var y = Space.Out(Change(Space.In(real, DataFormat)), DataFormat, rank: 2);
        y = x.dim() == 3 ? y.squeeze(0) : y;
        return [x.is_floating_point() ? y : y.round().to_type(x.dtype)];
    }

    /// <summary>Height, width and channels of what comes out.</summary>
    private protected virtual (long? Height, long? Width, long? Channels) Infer(long? height, long? width, long? channels) => (height, width, channels);

    /// <summary>Changes images, <c>[batch, channels, height, width]</c>.</summary>
    private protected abstract Tensor Change(Tensor images);
}

[KerasName("Resize")]
internal sealed record ResizeOperation : ImageOperation
{
    /// <summary>Height and width of what comes out.</summary>
    [AtLeast(1)]
    public required IReadOnlyList<int> Size { get; init; }

    /// <summary>How values between pixels are made up.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Whether making smaller takes all pixels into account.</summary>
    public bool Antialias { get; init; }

    /// <summary>Whether proportions are kept, and what is too much cut off at both sides.</summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether proportions are kept, and what is missing added at both sides.</summary>
    public bool PadToAspectRatio { get; init; }

    /// <summary>What is added: one value.</summary>
    public FillMode FillMode { get; init; } = FillMode.Constant;

    /// <summary>The value that is added.</summary>
    public double FillValue { get; init; }

    private (int Height, int Width) Lengths => Size is [var height, var width] ? (height, width) : throw Misuse("needs a height and a width as 'size'");

    private protected override (long? Height, long? Width, long? Channels) Infer(long? height, long? width, long? channels) => (Lengths.Height, Lengths.Width, channels);

    private protected override Tensor Change(Tensor images)
    {
        var size = new ImageSize(Lengths.Height, Lengths.Width, Interpolation, Antialias);
        return CropToAspectRatio ? size.Crop(images) : PadToAspectRatio ? size.Pad(images, FillValue) : size.Stretch(images);
    }
}

[KerasName("RGBToGrayscale")]
internal sealed record RGBToGrayscaleOperation : ImageOperation
{
    private protected override (long? Height, long? Width, long? Channels) Infer(long? height, long? width, long? channels) => (height, width, 1);

    private protected override Tensor Change(Tensor images) => Pictures.Gray(images);
}

[KerasName("RGBToHSV")]
internal sealed record RGBToHSVOperation : ImageOperation
{
    private protected override Tensor Change(Tensor images)
    {
        var (hue, saturation, value) = Hsv.From(images);
        return cat([hue, saturation, value], 1);
    }
}

[KerasName("HSVToRGB")]
internal sealed record HSVToRGBOperation : ImageOperation
{
    private protected override Tensor Change(Tensor images) => Hsv.ToRgb(images.narrow(1, 0, 1), images.narrow(1, 1, 1), images.narrow(1, 2, 1));
}

[KerasName("GaussianBlur")]
internal sealed record GaussianBlurOperation : ImageOperation
{
    /// <summary>Width and height of what is mixed: Keras has them in this order.</summary>
    [AtLeast(1)]
    public IReadOnlyList<int> KernelSize { get; init; } = [3, 3];

    /// <summary>How far it is mixed, along width and height.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Sigma { get; init; } = [1, 1];

    private protected override Tensor Change(Tensor images) => KernelSize is [var width, var height]
        ? Pictures.Blur(images, (height, width), (Sigma[^1], Sigma[0])) : throw Misuse("needs a width and a height as 'kernel_size'");
}

[KerasName("PadImages")]
internal sealed record PadImagesOperation : ImageOperation
{
    /// <summary>How many rows are added above.</summary>
    public int? TopPadding { get; init; }

    /// <summary>How many columns are added at the left.</summary>
    public int? LeftPadding { get; init; }

    /// <summary>How many rows are added below.</summary>
    public int? BottomPadding { get; init; }

    /// <summary>How many columns are added at the right.</summary>
    public int? RightPadding { get; init; }

    /// <summary>The height of what comes out.</summary>
    public int? TargetHeight { get; init; }

    /// <summary>The width of what comes out.</summary>
    public int? TargetWidth { get; init; }

    private protected override (long? Height, long? Width, long? Channels) Infer(long? height, long? width, long? channels) =>
        (TargetHeight ?? height + TopPadding + BottomPadding, TargetWidth ?? width + LeftPadding + RightPadding, channels);

    private protected override Tensor Change(Tensor images) => Space.Pad(
        images, [Borders.Of(this, TopPadding, BottomPadding, TargetHeight - images.shape[2]), Borders.Of(this, LeftPadding, RightPadding, TargetWidth - images.shape[3])]);
}

[KerasName("CropImages")]
internal sealed record CropImagesOperation : ImageOperation
{
    /// <summary>How many rows are cut off above.</summary>
    public int? TopCropping { get; init; }

    /// <summary>How many columns are cut off at the left.</summary>
    public int? LeftCropping { get; init; }

    /// <summary>How many rows are cut off below.</summary>
    public int? BottomCropping { get; init; }

    /// <summary>How many columns are cut off at the right.</summary>
    public int? RightCropping { get; init; }

    /// <summary>The height of what comes out.</summary>
    public int? TargetHeight { get; init; }

    /// <summary>The width of what comes out.</summary>
    public int? TargetWidth { get; init; }

    private protected override (long? Height, long? Width, long? Channels) Infer(long? height, long? width, long? channels) =>
        (TargetHeight ?? height - TopCropping - BottomCropping, TargetWidth ?? width - LeftCropping - RightCropping, channels);

    private protected override Tensor Change(Tensor images)
    {
        var (top, bottom) = Borders.Of(this, TopCropping, BottomCropping, images.shape[2] - TargetHeight);
        var (left, right) = Borders.Of(this, LeftCropping, RightCropping, images.shape[3] - TargetWidth);
        return images.narrow(2, top, images.shape[2] - top - bottom).narrow(3, left, images.shape[3] - left - right);
    }
}

/// <summary>What is added to or taken from both ends of an axis.</summary>
internal static class Borders
{
    /// <summary>Both ends, of which one may follow from the whole.</summary>
    internal static (long Before, long After) Of(Operation operation, int? before, int? after, long? whole)
    {
        var (first, last) = (before ?? whole - after, after ?? whole - before);
        return first is >= 0 && last is >= 0 ? (first.Value, last.Value) : throw operation.Misuse("does not say how much at which side");
    }
}

[KerasName("ExtractPatches"), KerasModule("image")]
internal sealed record ExtractPatchesOperation : Operation
{
    /// <summary>Lengths of a patch; one number is for height and width.</summary>
    [OneOrMore, AtLeast(1)]
    public required IReadOnlyList<int> Size { get; init; }

    /// <summary>How far patches lie apart; null is by their own size.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>The distance of the pixels in a patch.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1];

    /// <summary>What patches see at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    internal override string[] Parameters => ["images"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("images");
        var window = Window;
        var batch = x.Rank == window.Rank + 1 ? x.With(new Shape([1, .. x.Shape])) : x;
        var shape = window.Over(batch, DataFormat, batch.NeedExactRank(window.Rank + 2).Shape[Space.ChannelAxis(DataFormat)] * window.Sizes.Aggregate(1, (product, size) => product * size));
        return [x.With(batch == x ? shape : shape.Slice(1, shape.Rank - 1))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (x, window) = (given.Tensor("images"), Window);
        var single = x.dim() == window.Rank + 1;
        var batch = single ? x.unsqueeze(0) : x;
        var channels = batch.shape[DataFormat is Channels.First ? 1 : batch.shape.Length - 1];
        long[] lengths = [.. window.Sizes.Select(size => (long)size), channels];
        var kernel = eye(lengths.Aggregate(1L, (product, length) => product * length), dtype: x.dtype).reshape([.. lengths, -1]);
        var patches = new Convolver(window, DataFormat).Convolve(batch, kernel, bias: null);
        return [single ? patches.squeeze(0) : patches];
    }

    private Window Window
    {
        get
        {
            var rank = Math.Max(2, Size.Count);
            var sizes = this.PerAxis("size", Size, rank);
            return new Window(sizes, Strides is null ? sizes : this.PerAxis("strides", Strides, rank), this.PerAxis("dilation_rate", DilationRate, rank), (TimePadding)Padding);
        }
    }
}
