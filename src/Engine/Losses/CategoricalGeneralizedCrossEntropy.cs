using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>A crossentropy of classes given by number that forgives wrong labels: <c>(1 − prediction[target]^q) / q</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.CategoricalGeneralizedCrossEntropy</c>; Zhang and Sabuncu (2018).</remarks>
[KerasName("CategoricalGeneralizedCrossEntropy", "categorical_generalized_cross_entropy")]
public sealed record CategoricalGeneralizedCrossEntropy : Loss
{
    /// <summary>Between the crossentropy (near 0) and the mean absolute error (near 1).</summary>
    [Above(0), Between(0, 1)]
    public double Q { get; init; } = 0.5;

    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Classes;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var classes = target.dim() == prediction.dim() && target.shape[^1] == 1 ? target.squeeze(-1) : target;
        return (1 - ClassTargets.Pick(prediction, classes, -1).pow(Q)) / Q;
    }

    /// <inheritdoc/>
    internal override bool TargetsAreWhole => true;
}
