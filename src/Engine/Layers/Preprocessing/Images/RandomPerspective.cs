using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, shows some images as if they were seen from aside.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomPerspective</c>.
/// </remarks>
/// <example>RandomPerspective: { factor: 1.0, scale: 0.5 }</example>
[KerasName("RandomPerspective")]
public sealed record RandomPerspective : WarpingLayer
{
    /// <summary>How likely an image is changed: the likelihood is drawn from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [1];

    /// <summary>How far corners move: at 1, up to half their distance from the first corner.</summary>
    [Between(0, 1)]
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. base.FindMistakes(), .. Bounds.Mistakes("factor", Factor, 0, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var chosen = draws.Chosen(Bounds.Of(Factor, least: 0));
        var corners = Enumerable.Range(0, 8).Select(_ => draws.Each(new(-0.5 * Scale, 0.5 * Scale))).ToArray(); // x and y of each corner in turn
        var (right, bottom) = (images.shape[3] - 1, images.shape[2] - 1);
        if (right == 0 || bottom == 0)
        {
            return images; // there are no four corners
        }

        double[] from = [0, 0, right, 0, 0, bottom, right, bottom];
        var to = Enumerable.Range(0, (int)images.shape[0]).SelectMany(image => from.Select((place, i) => place * (1 + corners[i][image]))).ToArray();
        var rules = Warp.Perspective(tensor(from, [1, 4, 2]).expand(images.shape[0], 4, 2), tensor(to, [images.shape[0], 4, 2]));
        var moved = Warping(FillMode.Constant).Project(images, rules.to_type(ScalarType.Float32));
        return where(chosen, moved, images);
    }
}
