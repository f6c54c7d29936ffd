using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How often the class with the greatest prediction is that with the greatest target.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.CategoricalAccuracy</c>.</remarks>
[KerasName("CategoricalAccuracy", "categorical_accuracy")]
public sealed record CategoricalAccuracy : AccuracyMetric
{
    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction) =>
        target.argmax(-1).eq(prediction.argmax(-1)).to_type(ScalarType.Float32);
}
