using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>An augmentation that moves pixels.</summary>
public abstract record WarpingLayer : ImageAugmentation
{
    /// <summary>How values between pixels are made up: nearest or bilinear.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The value beyond the borders, with <c>fill_mode: constant</c>.</summary>
    public double FillValue { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        if (Interpolation is not (Interpolation.Nearest or Interpolation.Bilinear))
        {
            yield return new OptionMistake("interpolation", "Pixels that move are made up of the nearest one or four.", "nearest or bilinear");
        }
    }

    /// <summary>What moves pixels.</summary>
    private protected Warp Warping(FillMode fillMode) => new(Interpolation, fillMode, FillValue);
}

/// <summary>An augmentation that moves pixels by an affine rule.</summary>
public abstract record AffineLayer : WarpingLayer
{
    /// <summary>What stands beyond the borders.</summary>
    public FillMode FillMode { get; init; } = FillMode.Reflect;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => FillMode != FillMode.Mirror ? base.FindMistakes()
        : base.FindMistakes().Append(new OptionMistake("fill_mode", "'mirror' is not among the fill modes of the layer.", "reflect, wrap, constant or nearest"));
}
