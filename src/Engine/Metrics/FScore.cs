using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that weighs precision and recall against each other, for targets of 0 and 1 a class.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.FBetaScore</c>.</remarks>
public abstract record FScore : Metric
{
    /// <summary>How the scores of the classes become one; null leaves them as they are.</summary>
    public FScoreAverage? Average { get; init; }

    /// <summary>Above it, a prediction is a yes; null takes the greatest prediction of an example as its only yes.</summary>
    [Above(0), Between(0, 1)]
    public double? Threshold { get; init; }

    /// <inheritdoc/>
    public override bool? HigherIsBetter => true;

    /// <summary>How many times as important recall is as precision.</summary>
    protected abstract double RecallImportance { get; }

    /// <inheritdoc/>
    public sealed override MetricState Start() => new State(this);

    private sealed class State(FScore score) : MetricState
    {
        private const int TruePositives = 0, FalsePositives = 1, FalseNegatives = 2, Weights = 3;

        public override IReadOnlyList<double> Result()
        {
            if (Variables.Count == 0)
            {
                return [0];
            }

            var (right, tooMuch, missed, weights) = (Read(TruePositives), Read(FalsePositives), Read(FalseNegatives), Read(Weights));
            var square = score.RecallImportance * score.RecallImportance;
            var scores = right.Select((yes, i) =>
            {
                var precision = yes / (yes + tooMuch[i] + Probability.Epsilon);
                var recall = yes / (yes + missed[i] + Probability.Epsilon);
                return precision * recall / ((square * precision) + recall + Probability.Epsilon) * (1 + square);
            }).ToArray();
            return score.Average switch
            {
                null => scores,
                FScoreAverage.Weighted => [scores.Select((value, i) => value * weights[i]).Sum() / (weights.Sum() + Probability.Epsilon)],
                _ => [scores.Average()],
            };
        }

        protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
        {
            if (target.dim() != 2 || prediction.dim() != 2)
            {
                throw new ShapeException(
                    $"expected targets and predictions [batch, classes], but they have {target.dim()} and {prediction.dim()} axes");
            }

            if (Variables.Count == 0)
            {
                long[] shape = score.Average == FScoreAverage.Micro ? [] : [prediction.shape[1]];
                Make(shape, shape, shape, shape);
            }

            var truth = target.to_type(ScalarType.Float32);
            var values = prediction.to_type(ScalarType.Float32);
            var guess = (score.Threshold is { } threshold ? values.gt(threshold)
                : values.ge(values.amax([-1], keepdim: true)).logical_and_(values.abs().gt(1e-9))).to_type(ScalarType.Float32);
            var weights = weight is null ? null : LossReduction.AlignedWith(truth, weight.to_type(truth.dtype));
            Gather(TruePositives, guess * truth);
            Gather(FalsePositives, guess * (1 - truth));
            Gather(FalseNegatives, (1 - guess) * truth);
            Gather(Weights, truth);

            void Gather(int variable, Tensor counts)
            {
                var weighted = weights is null ? counts : counts * weights;
                Variables[variable].add_(score.Average == FScoreAverage.Micro ? weighted.sum() : weighted.sum([0]));
            }
        }
    }
}

/// <summary>How the scores of the classes become one.</summary>
public enum FScoreAverage
{
    /// <summary>All classes are counted together.</summary>
    Micro,

    /// <summary>Their mean.</summary>
    Macro,

    /// <summary>Their mean, weighted by how often each class is true.</summary>
    Weighted,
}
