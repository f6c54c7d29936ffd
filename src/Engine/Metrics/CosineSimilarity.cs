using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean cosine of the angle between targets and predictions: 1 is best.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.CosineSimilarity</c>.</remarks>
[KerasName("CosineSimilarity", "cosine_similarity", "cosine_proximity")]
public sealed record CosineSimilarity : MeanMetric
{
    /// <summary>The axis of the vectors; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    public override bool? HigherIsBetter => true;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(target.to_type(prediction.dtype), prediction);
        return (UnitVectors.Of(truth, Axis) * UnitVectors.Of(guess, Axis)).sum(Axis);
    }
}
