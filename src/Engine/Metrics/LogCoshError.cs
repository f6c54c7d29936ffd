using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean logarithm of the hyperbolic cosine of the error.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.LogCoshError</c>.</remarks>
[KerasName("LogCoshError", "log_cosh_error", "logcosh", "log_cosh")]
public sealed record LogCoshError : LossMetric
{
    /// <inheritdoc/>
    public override string DefaultName => "logcosh";

    /// <inheritdoc/>
    protected override Loss Loss => new LogCosh();
}
