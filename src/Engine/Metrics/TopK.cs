using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>Whether the right class is among the k greatest predictions.</summary>
/// <remarks>Source: Keras 3, <c>keras.ops.in_top_k</c>: classes with equal predictions are all in.</remarks>
internal static class TopK
{
    /// <summary>1 where it is, else 0: the shape of the classes.</summary>
    /// <param name="classes">Numbers of classes; a last axis of length 1 beside predictions of the same rank stays.</param>
    /// <param name="prediction">Predictions with the classes along the last axis.</param>
    /// <param name="k">How many predictions.</param>
    internal static Tensor Holds(Tensor classes, Tensor prediction, int k)
    {
        var rows = prediction.reshape([-1, prediction.shape[^1]]); // [examples, classes]
        var own = rows.gather(1, classes.to_type(ScalarType.Int64).reshape([-1, 1]));
        var better = rows.gt(own).sum(1) + own.isnan().squeeze(1) * (long)rows.shape[1];
        return better.lt(k).to_type(ScalarType.Float32).reshape(classes.shape);
    }
}
