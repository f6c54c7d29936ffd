using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The weighted mean of the predictions; targets do not matter.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Mean</c>.</remarks>
[KerasName("Mean", "mean")]
public sealed record Mean : MeanMetric
{
    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction) => prediction;
}
