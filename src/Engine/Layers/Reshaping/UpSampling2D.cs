using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Makes an image larger by whole factors: pixels are repeated, or new ones made up between them.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, height · size, width · size, channels]</c>.
/// Source: Keras 3, <c>keras.layers.UpSampling2D</c>.
/// </remarks>
/// <example>UpSampling2D: { size: [2, 2], interpolation: bilinear }</example>
[KerasName("UpSampling2D")]
public sealed record UpSampling2D : UpSampling
{
    /// <summary>How many times as high and as wide the image becomes.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> Size { get; init; } = [2, 2];

    /// <summary>How new pixels are made up.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Nearest;

    /// <inheritdoc/>
    private protected override IReadOnlyList<int> Factors => Size;

    /// <inheritdoc/>
    private protected override string? OnnxMode => Interpolation switch
    {
        Interpolation.Nearest => "nearest",
        Interpolation.Bilinear => "linear",
        _ => null,
    };

    /// <inheritdoc/>
    private protected override Resampler Resampler => new(Interpolation);

    /// <inheritdoc/>
    private protected override Func<Tensor, Tensor> Sampling
    {
        get
        {
            if (Interpolation == Interpolation.Nearest)
            {
                return base.Sampling;
            }

            if (Interpolation == Interpolation.Bilinear)
            {
                return x => Space.Out(
                    nn.functional.interpolate(Space.In(x, DataFormat), NewLengths(x), mode: InterpolationMode.Bilinear, align_corners: false),
                    DataFormat,
                    rank: 2);
            }

            var resampler = Resampler;
            var axis = Space.FirstAxis(DataFormat);
            return x =>
            {
                var lengths = NewLengths(x);
                return resampler.Resize(resampler.Resize(x, axis, lengths[0]), axis + 1, lengths[1]);
            };
        }
    }
}
