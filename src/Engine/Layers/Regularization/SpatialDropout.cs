using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>What SpatialDropout1D, SpatialDropout2D and SpatialDropout3D share: a dropout of whole channels.</summary>
[RefusedOption("noise_shape", "it drops whole channels")]
public abstract record SpatialDropout : NoiseLayer
{
    /// <summary>The part of the channels that is set to 0: a fraction, not a percentage.</summary>
    [Between(0, 1)]
    [OldName("p")]
    public required double Rate { get; init; }

    /// <summary>How many axes of space there are.</summary>
    private protected abstract int SpaceRank { get; }

    /// <summary>Where the channels stand.</summary>
    private protected abstract Channels? Format { get; }

    /// <inheritdoc/>
    private protected sealed override bool Silent => Rate == 0;

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input) => base.Infer(input.NeedExactRank(SpaceRank + 2));

    /// <inheritdoc/>
    private protected sealed override Tensor Disturb(Tensor x, RandomKey key)
    {
        var shape = x.shape;
        Array.Fill(shape, 1, Space.FirstAxis(Format), SpaceRank);
        return DropoutMask.Drop(x, Rate, key, shape);
    }
}
