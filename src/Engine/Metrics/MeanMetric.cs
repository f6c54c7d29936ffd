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
    /// <param name="prediction">The predictions, as float32.</param>
    protected abstract Tensor Values(Tensor target, Tensor prediction);

    /// <summary>Which values count, for a metric that leaves some out; null is all. As in Keras, it matters only beside weights.</summary>
    protected virtual Tensor? Counting(Tensor target, Tensor values) => null;

    /// <summary>The figure, from the mean of the values.</summary>
    protected virtual double Finish(double mean) => mean;

    private sealed class State : MetricState
    {
        private readonly MeanMetric _metric;

        internal State(MeanMetric metric)
        {
            _metric = metric;
            Make([], []); // total, count
        }

        public override IReadOnlyList<double> Result()
        {
            var (total, count) = (Variables[0].item<double>(), Variables[1].item<double>());
            return [_metric.Finish(count == 0 ? 0 : total / count)];
        }

        protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
        {
            var (total, count) = (Variables[0], Variables[1]);
            var values = _metric.Values(target, prediction.to_type(ScalarType.Float32));
            weight = LossReduction.WithMask(weight?.to_type(values.dtype), mask, values.dtype, rescaled: false);
            if (weight is null)
            {
                total.add_(values.dim() > 1 ? values.mean().mul_(values.shape[0]) : values.sum());
                count.add_(values.dim() == 0 ? 1 : values.shape[0]);
                return;
            }

            weight = LossReduction.WithMask(weight, _metric.Counting(target, values), values.dtype, rescaled: false)!;
            (values, weight) = PerExample.Of(values, weight, (x, axes) => x.mean(axes));
            total.add_(values.sum());
            count.add_(weight.sum());
        }
    }
}
