using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that is the weighted mean of a value for each example.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.MeanMetricWrapper</c>.</remarks>
public abstract record MeanMetric : Metric
{
    /// <inheritdoc/>
    public sealed override MetricState Start() => new State(this);

    /// <summary>A value for each example, or for each of its places.</summary>
    /// <param name="target">The targets.</param>
    /// <param name="prediction">The predictions, as floating point.</param>
    protected abstract Tensor Values(Tensor target, Tensor prediction);

    /// <summary>Which values count, for a metric that leaves some out; null is all. As in Keras, it matters only beside weights.</summary>
    protected virtual Tensor? Counting(Tensor target, Tensor values) => null;

    /// <summary>The figure, from the mean of the values.</summary>
    protected virtual double Finish(double mean) => mean;

    private sealed class State(MeanMetric metric) : MetricState
    {
        private readonly Tensor _total = Zeros();
        private readonly Tensor _count = Zeros();

        public override IReadOnlyList<Tensor> Variables => [_total, _count];

        public override IReadOnlyList<double> Result()
        {
            var count = _count.item<double>();
            return [metric.Finish(count == 0 ? 0 : _total.item<double>() / count)];
        }

        protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
        {
            var values = metric.Values(target, prediction.to_type(ScalarType.Float32));
            weight = LossReduction.WithMask(weight?.to_type(values.dtype), mask, values.dtype, rescaled: false);
            if (weight is null)
            {
                _total.add_(values.dim() > 1 ? values.mean().mul_(values.shape[0]) : values.sum());
                _count.add_(values.dim() == 0 ? 1 : values.shape[0]);
                return;
            }

            weight = LossReduction.WithMask(weight, metric.Counting(target, values), values.dtype, rescaled: false)!;
            (values, weight) = PerExample.Of(values, weight, (x, axes) => x.mean(axes));
            _total.add_(values.sum());
            _count.add_(weight.sum());
        }
    }
}
