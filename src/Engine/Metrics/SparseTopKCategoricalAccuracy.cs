using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How often the target, the number of a class, is among the k greatest predictions.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.SparseTopKCategoricalAccuracy</c>.</remarks>
[KerasName("SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy")]
public sealed record SparseTopKCategoricalAccuracy : AccuracyMetric
{
    /// <summary>How many predictions.</summary>
    [AtLeast(1)]
    public int K { get; init; } = 5;

    /// <summary>Whether the predictions are numbers of classes, the best first, and not a value for each class.</summary>
    public bool FromSortedIds { get; init; }

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        if (!FromSortedIds)
        {
            return TopK.Holds(target, prediction, K);
        }

        var ids = prediction.reshape([-1, prediction.shape[^1]]);
        var first = ids.narrow(1, 0, Math.Min(K, ids.shape[1]));
        return target.to_type(prediction.dtype).reshape([-1, 1]).eq(first).any(1).to_type(ScalarType.Float32).reshape(target.shape);
    }
}
