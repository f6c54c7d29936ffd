using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How often predictions equal their targets exactly. (The word <c>accuracy</c> in <c>metrics</c> chooses by the shapes.)</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Accuracy</c>.</remarks>
[KerasName("Accuracy", "accuracy", "acc")]
public sealed record Accuracy : AccuracyMetric
{
    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(target, prediction);
        return truth.eq(guess).to_type(ScalarType.Float32);
    }
}
