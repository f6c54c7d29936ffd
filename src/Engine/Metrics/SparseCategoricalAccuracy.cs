using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How often the class with the greatest prediction is the target, which is the number of a class.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.SparseCategoricalAccuracy</c>.</remarks>
[KerasName("SparseCategoricalAccuracy", "sparse_categorical_accuracy")]
public sealed record SparseCategoricalAccuracy : AccuracyMetric
{
    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var classes = target.dim() == prediction.dim() && target.shape[^1] == 1 ? target.squeeze(-1) : target;
        var matches = classes.eq(prediction.argmax(-1)).to_type(ScalarType.Float32);
        return matches.dim() > 1 && matches.shape[^1] == 1 ? matches.squeeze(-1) : matches;
    }
}
