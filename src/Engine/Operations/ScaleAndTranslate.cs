using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>How values between pixels are made up when an image is scaled.</summary>
internal enum ScaleMethod
{
    /// <summary>On a line between two.</summary>
    [KerasName("linear", "bilinear", "trilinear", "triangle")]
    Linear,

    /// <summary>On a curve through four.</summary>
    [KerasName("cubic", "bicubic", "tricubic")]
    Cubic,

    /// <summary>By a wave over six.</summary>
    [KerasName("lanczos3")]
    Lanczos3,

    /// <summary>By a wave over ten.</summary>
    [KerasName("lanczos5")]
    Lanczos5,
}

/// <summary>Scales a tensor along some axes, and moves it. Source: JAX, <c>image.scale_and_translate</c>; Keys (1981) for the curve.</summary>
[KerasName("ScaleAndTranslate"), KerasModule("image")]
internal sealed record ScaleAndTranslateOperation : Operation
{
    /// <summary>The axes that are scaled.</summary>
    public required IReadOnlyList<int> SpatialDims { get; init; }

    /// <summary>How values between pixels are made up.</summary>
    public required ScaleMethod Method { get; init; }

    /// <summary>Whether making smaller takes all pixels into account.</summary>
    public bool Antialias { get; init; } = true;

    internal override string[] Parameters => ["images", "output_shape", "scale", "translation"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (images, shape) = (given.Tensor("images"), given.Whole("output_shape"));
        return shape.Length == images.Rank ? [images.With(new Shape(shape.Select(length => (long?)length)))] : throw Misuse("needs a length for each axis");
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var images = given.Tensor("images");
        var lengths = given.Whole("output_shape");
        var (scale, translation) = (Constants.TensorOf(given, "scale").to_type(images.dtype), Constants.TensorOf(given, "translation").to_type(images.dtype));
        foreach (var (place, axis) in SpatialDims.Index())
        {
            var at = axis < 0 ? axis + (int)images.dim() : axis;
            var weights = Weights(images.shape[at], lengths[at], scale[place], translation[place]);
            images = images.transpose(at, -1).matmul(weights).transpose(at, -1);
        }

        return [images];
    }

    /// <summary>How much of each pixel is in each new one: <c>[pixels, new]</c>.</summary>
    private Tensor Weights(long length, long longer, Tensor scale, Tensor translation)
    {
        var places = ((arange(longer, scale.dtype) + 0.5 - translation) / scale) - 0.5;
        var width = Antialias ? scale.reciprocal().clamp_min(1) : ones_like(scale);
        var weights = Weight((places - arange(length, scale.dtype).unsqueeze(1)).abs() / width);
        var sums = weights.sum([0L], keepdim: true);
        var inside = (places >= -0.5) & (places <= length - 0.5) & (sums.abs() > 1000 * 1.1920929e-7);
        return where(inside, weights / sums, 0);
    }

    private Tensor Weight(Tensor far) => Method switch
    {
        ScaleMethod.Linear => (1 - far).clamp_min(0),
        ScaleMethod.Cubic => where(far < 1, (((1.5 * far) - 2.5) * far * far) + 1, where(far < 2, (((((-0.5 * far) + 2.5) * far) - 4) * far) + 2, 0)),
        ScaleMethod.Lanczos3 => Wave(far, 3),
        _ => Wave(far, 5),
    };

    private static Tensor Wave(Tensor far, int reach) => where(far > reach, 0, far.sinc() * (far / reach).sinc());
}
