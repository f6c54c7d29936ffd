using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How often predictions, taken as yes above a threshold, equal their targets of 0 and 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.BinaryAccuracy</c>.</remarks>
[KerasName("BinaryAccuracy", "binary_accuracy")]
public sealed record BinaryAccuracy : AccuracyMetric
{
    /// <summary>Above it, a prediction is a yes.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(target, prediction);
        return guess.gt(Threshold).eq(truth).to_type(ScalarType.Float32);
    }
}
