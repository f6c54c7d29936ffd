using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The weighted sum of the predictions; targets do not matter.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Sum</c>.</remarks>
[KerasName("Sum", "sum")]
public sealed record Sum : Metric
{
    /// <inheritdoc/>
    public override MetricState Start() => new State();

    private sealed class State : MetricState
    {
        internal State() => Make([[]]);

        public override IReadOnlyList<double> Result() => Read(0);

        protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
        {
            var values = prediction.to_type(ScalarType.Float32);
            Variables[0].add_(weight is null ? values.sum()
                : PerExample.Of(values, weight.to_type(values.dtype), (x, axes) => x.sum(axes)).Values.sum());
        }
    }
}
