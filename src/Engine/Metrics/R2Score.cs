using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The part of the variance of the targets that the predictions explain, from 1 downwards.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.R2Score</c>.</remarks>
[KerasName("R2Score", "r2_score")]
public sealed record R2Score : Metric
{
    /// <summary>How the scores of several outputs become one; null leaves them as they are.</summary>
    public ClassAggregation? ClassAggregation { get; init; } = Metrics.ClassAggregation.UniformAverage;

    /// <summary>How many numbers the predictions were made from, for the adjusted score; 0 is the plain score.</summary>
    [AtLeast(0)]
    public int NumRegressors { get; init; }

    /// <inheritdoc/>
    public override bool? HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricState Start() => new State(this);

    private sealed class State(R2Score score) : MetricState
    {
        private const int Samples = 0, SquaredSum = 1, Sum = 2, Residual = 3, Count = 4;

        public override IReadOnlyList<double> Result()
        {
            if (Variables.Count == 0)
            {
                return [double.NaN];
            }

            var (squares, sums, residuals, counts) = (Read(SquaredSum), Read(Sum), Read(Residual), Read(Count));
            var totals = squares.Select((square, i) => square - (sums[i] * sums[i] / counts[i])).ToArray();
            var scores = totals.Select((total, i) => 1 - (residuals[i] / total)).Select(value => double.IsInfinity(value) ? 0 : value).ToArray();
            double[] result = score.ClassAggregation switch
            {
                Metrics.ClassAggregation.UniformAverage => [scores.Average()],
                Metrics.ClassAggregation.VarianceWeightedAverage => [scores.Select((value, i) => value * totals[i]).Sum() / totals.Sum()],
                _ => scores,
            };
            var (n, p) = (Read(Samples)[0], score.NumRegressors);
            return p == 0 || p >= n - 1 ? result : [.. result.Select(value => 1 - ((1 - value) * (n - 1) / (n - p - 1)))];
        }

        protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
        {
            var (truth, guess) = SameRank.Of(target.to_type(float64), prediction.to_type(float64));
            if (guess.dim() != 2 || truth.dim() != 2)
            {
                throw new ShapeException($"expected targets and predictions [batch, outputs], but they have {truth.dim()} and {guess.dim()} axes");
            }

            if (Variables.Count == 0)
            {
                var outputs = guess.shape[1];
                Make([], [outputs], [outputs], [outputs], [outputs]);
            }

            var weights = weight is null ? ones_like(truth) : LossReduction.AlignedWith(truth, weight.to_type(float64)).broadcast_to(truth.shape);
            Variables[Samples].add_(truth.numel()); // Keras 3.15 counts the outputs of an example one by one
            Variables[SquaredSum].add_((truth.square() * weights).sum([0]));
            Variables[Sum].add_((truth * weights).sum([0]));
            Variables[Residual].add_(((truth - guess).square() * weights).sum([0]));
            Variables[Count].add_(weights.sum([0]));
        }
    }
}

/// <summary>How the scores of several outputs become one.</summary>
public enum ClassAggregation
{
    /// <summary>Their mean.</summary>
    UniformAverage,

    /// <summary>Their mean, weighted by the variances of the targets.</summary>
    VarianceWeightedAverage,
}
