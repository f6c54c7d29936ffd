using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>
/// A metric that is how well two sets overlap, the places where a class is true and those where it is predicted:
/// <c>|A ∩ B| / |A ∪ B|</c>, and its mean over classes that occur.
/// </summary>
/// <remarks>
/// As in Keras, weights are cut down to whole numbers unless <c>dtype</c> says otherwise; targets and predictions that are no
/// class are left out.
/// Source: Keras 3, <c>keras.metrics.IoU</c>.
/// </remarks>
public abstract record OverlapMetric : Metric, IChecked
{
    /// <inheritdoc/>
    public sealed override bool? HigherIsBetter => true;

    /// <summary>How many classes there are; null where the first batch tells.</summary>
    private protected abstract int? Classes { get; }

    /// <summary>The classes whose overlap is taken; null is all.</summary>
    private protected abstract IReadOnlyList<int>? Taken { get; }

    /// <summary>A class of the targets that does not count, or null.</summary>
    private protected virtual int? Ignored => null;

    /// <inheritdoc/>
    public sealed override MetricState Start() => new State(this);

    IEnumerable<OptionMistake> IChecked.FindMistakes() => Taken?.Where(one => one < 0 || one >= Classes)
        .Select(one => new OptionMistake("target_class_ids", $"There is no class {one}.", $"classes from 0 to {Classes - 1}")) ?? [];

    /// <summary>How many classes there are in a batch, for a metric that is not told.</summary>
    private protected virtual long ClassesIn(Tensor target) => target.shape[^1];

    /// <summary>The numbers of the classes: those that are true, and those that are predicted.</summary>
    private protected abstract (Tensor True, Tensor Predicted) Numbers(Tensor target, Tensor prediction);

    private sealed class State : MetricState
    {
        private readonly OverlapMetric _metric;

        internal State(OverlapMetric metric)
        {
            _metric = metric;
            if (metric.Classes is { } classes)
            {
                MakeFor(classes);
            }
        }

        public override IReadOnlyList<double> Result()
        {
            if (Variables.Count == 0)
            {
                return [0];
            }

            var (matrix, classes) = (Read(0), (int)Variables[0].shape[0]);
            var overlaps = new List<double>();
            foreach (var one in _metric.Taken ?? Enumerable.Range(0, classes))
            {
                var both = matrix[(one * classes) + one];
                var either = Enumerable.Range(0, classes).Sum(other => matrix[(one * classes) + other] + matrix[(other * classes) + one]) - both;
                if (either > 1e-9)
                {
                    overlaps.Add(both / (either + Probability.Epsilon));
                }
            }

            return [overlaps.Sum() / (overlaps.Count + Probability.Epsilon)];
        }

        protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
        {
            if (Variables.Count == 0)
            {
                MakeFor(_metric.ClassesIn(target));
            }

            var classes = Variables[0].shape[0];
            var (truth, guess) = _metric.Numbers(target, prediction);
            (truth, guess) = (truth.to_type(ScalarType.Int64), guess.to_type(ScalarType.Int64));
            var weights = weight is null ? ones(truth.shape, float64)
                : LossReduction.AlignedWith(truth, Whole(weight.to_type(float64))).broadcast_to(truth.shape);
            (truth, guess, weights) = (truth.reshape([-1]), guess.reshape([-1]), weights.reshape([-1]));
            var counts = truth.ge(0).logical_and_(truth.lt(classes)).logical_and_(guess.ge(0)).logical_and_(guess.lt(classes));
            if (_metric.Ignored is { } ignored)
            {
                counts = counts.logical_and_(truth.ne(ignored));
            }

            var cells = ((truth * classes) + guess).masked_fill(counts.logical_not(), 0);
            Variables[0].view(-1).index_add_(0, cells, weights.masked_fill(counts.logical_not(), 0), 1);
        }

        private void MakeFor(long classes)
        {
            foreach (var wrong in (_metric.Taken ?? []).Where(one => one < 0 || one >= classes))
            {
                throw new ShapeException($"takes the class {wrong}, but there are {classes} classes, from 0 to {classes - 1}");
            }

            Make([[classes, classes]]); // [true, predicted]
        }

        private Tensor Whole(Tensor weight) => _metric.Dtype?.Compute.IsFloat() == true ? weight : weight.trunc();
    }
}
