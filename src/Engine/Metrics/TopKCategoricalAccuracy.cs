using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How often the class with the greatest target is among the k greatest predictions.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.TopKCategoricalAccuracy</c>.</remarks>
[KerasName("TopKCategoricalAccuracy", "top_k_categorical_accuracy")]
public sealed record TopKCategoricalAccuracy : AccuracyMetric
{
    /// <summary>How many predictions.</summary>
    [AtLeast(1)]
    public int K { get; init; } = 5;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction) => TopK.Holds(target.argmax(-1), prediction, K);
}
