using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, blurs some images by the normal distribution.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Images that are chosen are blurred alike.
/// Source: Keras 3, <c>keras.layers.RandomGaussianBlur</c>.
/// </remarks>
/// <example>RandomGaussianBlur: { kernel_size: 3, sigma: [0.5, 1.0] }</example>
[KerasName("RandomGaussianBlur")]
public sealed record RandomGaussianBlur : ImageAugmentation
{
    /// <summary>How likely an image is blurred: the likelihood is drawn from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [1];

    /// <summary>How many pixels are mixed, along the width and along the height: odd numbers.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int> KernelSize { get; init; } = [3];

    /// <summary>The deviation, in pixels, drawn from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Sigma { get; init; } = [1];

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        foreach (var mistake in Bounds.Mistakes("factor", Factor, 0, 1).Concat(Bounds.Mistakes("sigma", Sigma, 0, 1)).Concat(Bounds.Mistakes(ValueRange)))
        {
            yield return mistake;
        }

        if (KernelSize.Count is not (1 or 2) || KernelSize.Any(size => size % 2 == 0))
        {
            yield return new OptionMistake("kernel_size", "'kernel_size' has no middle.", "an odd number, or a list of two");
        }
    }

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        const double Least = 1e-6;
        var (chosen, sigma) = (draws.Chosen(Bounds.Of(Factor, least: 0)), Bounds.Of(Sigma, least: 0));
        var blurred = Pictures.Blur(images, (KernelSize[^1], KernelSize[0]), (draws.Once(sigma) + Least, draws.Once(sigma) + Least));
        return Pictures.Clip(where(chosen, blurred, images), Bounds.Of(ValueRange));
    }
}
