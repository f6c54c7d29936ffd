using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>What RandomHeight and RandomWidth share: one axis of the images of a batch is stretched or shrunk, by the same for all.</summary>
public abstract record RandomStretch : ImageAugmentation
{
    /// <summary>By how much the length grows at most, as a fraction of it; of two numbers, the least and the most, below 0 where it shrinks.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>How values between pixels are made.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Which axis of space: 0 is the height, 1 the width.</summary>
    private protected abstract int Axis { get; }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => [.. base.FindMistakes(), .. Bounds.Mistakes("factor", Factor, -1, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        int[] size = [(int)images.shape[2], (int)images.shape[3]];
        size[Axis] = Math.Max((int)((1 + draws.Once(Bounds.Of(Factor))) * size[Axis]), 1);
        return new ImageSize(size[0], size[1], Interpolation).Stretch(images);
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var kept = base.Infer(input);
        return kept.With(kept.Shape.With(Space.FirstAxis(DataFormat) + Axis, null));
    }
}
