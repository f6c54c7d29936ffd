using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>Counts, at several thresholds, how many predictions above the threshold are true, and how many are not.</summary>
/// <remarks>Source: Keras 3, <c>update_confusion_matrix_variables</c>.</remarks>
/// <param name="Thresholds">A prediction is a yes if it is above the threshold.</param>
internal sealed record ConfusionRule(IReadOnlyList<double> Thresholds)
{
    /// <summary>The thresholds of a metric that has none, with <c>top_k</c> and without.</summary>
    internal const double Half = 0.5, BelowAll = -1e10;

    /// <summary>How many of an example's greatest predictions count as yes; null is all.</summary>
    internal int? TopK { get; init; }

    /// <summary>The only class that is looked at; null is all.</summary>
    internal int? ClassId { get; init; }

    /// <summary>Whether the predictions have not gone through a sigmoid yet.</summary>
    internal bool FromLogits { get; init; }

    /// <summary>Whether the classes are counted apart.</summary>
    internal bool MultiLabel { get; init; }

    /// <summary>A weight for each class, or null.</summary>
    internal IReadOnlyList<double>? LabelWeights { get; init; }

    /// <summary>
    /// Whether the thresholds are spread evenly from 0 to 1 (perhaps a little beyond), so that a prediction's place among them
    /// is computed, not searched.
    /// </summary>
    internal bool Even { get; init; } = AreEven(Thresholds);

    /// <summary>Whether thresholds are spread evenly from 0 to 1.</summary>
    internal static bool AreEven(IReadOnlyList<double> thresholds)
    {
        for (var i = 0; i < thresholds.Count; i++)
        {
            var even = (double)i / (thresholds.Count - 1);
            if (!(Math.Abs(thresholds[i] - even) <= Probability.Epsilon + (1e-5 * even)))
            {
                return false;
            }
        }

        return thresholds.Count >= 3;
    }

    /// <summary>Counts a batch.</summary>
    /// <returns>
    /// At each threshold, how much weight is on what is rightly and what is wrongly a yes <c>[thresholds, labels]</c>, and how
    /// much is on what is true and on what is not <c>[labels]</c>. There is one label unless they are counted apart.
    /// </returns>
    internal (Tensor Right, Tensor Wrong, Tensor True, Tensor False) Count(Tensor target, Tensor prediction, Tensor? weight)
    {
        var (guess, truth) = SameRank.Of(prediction.to_type(ScalarType.Float32), target);
        guess = FromLogits ? guess.sigmoid() : guess;
        truth = truth.ne(0).to_type(guess.dtype);
        if (weight is not null)
        {
            (_, weight) = SameRank.Of(truth, weight.to_type(guess.dtype).unsqueeze(-1), expand: false);
        }

        if (TopK is { } k)
        {
            guess = OnlyGreatest(guess, k);
        }

        if (ClassId is { } only)
        {
            if (guess.dim() < 2)
            {
                throw new ShapeException("looks at one class of several (class_id), but its predictions have one axis");
            }

            if (only >= guess.shape[^1])
            {
                throw new ShapeException($"looks at class {only} (class_id), but there are {guess.shape[^1]} classes, from 0 to {guess.shape[^1] - 1}");
            }

            (truth, guess) = (truth.narrow(-1, only, 1), guess.narrow(-1, only, 1));
        }

        var weights = weight is null ? ones_like(guess) : LossReduction.AlignedWith(guess, weight).broadcast_to(guess.shape);
        if (LabelWeights is not null)
        {
            weights = weights * tensor([.. LabelWeights], guess.dtype);
        }

        if (MultiLabel && guess.dim() != 2)
        {
            throw new ShapeException($"expected predictions [batch, labels] because of multi_label, but they have {guess.dim()} axes");
        }

        long[] table = [-1, MultiLabel ? guess.shape[1] : 1];
        (guess, truth, weights) = (guess.reshape(table), truth.reshape(table), weights.reshape(table)); // [examples, labels]
        var (yes, no) = (truth * weights, (1 - truth) * weights);
        var (right, wrong) = Even ? (AboveEven(guess, yes), AboveEven(guess, no)) : (Above(guess, yes), Above(guess, no));
        return (right, wrong, yes.sum([0]), no.sum([0]));
    }

    private static Tensor OnlyGreatest(Tensor x, int k)
    {
        var (_, order) = x.sort(-1, descending: true, stable: true); // of equal ones the first
        var chosen = zeros_like(x).scatter_(-1, order.narrow(-1, 0, Math.Min(k, x.shape[^1])), ones_like(x));
        return (x * chosen) + (BelowAll * (1 - chosen));
    }

    private Tensor Above(Tensor guess, Tensor amounts)
    {
        var thresholds = tensor([.. Thresholds], guess.dtype).reshape([-1, 1, 1]);
        return (guess.unsqueeze(0).gt(thresholds).to_type(amounts.dtype) * amounts.unsqueeze(0)).sum(1); // [thresholds, labels]
    }

    private Tensor AboveEven(Tensor guess, Tensor amounts)
    {
        var (count, labels) = (Thresholds.Count, guess.shape[1]);
        var least = Thresholds[0] < 0 || Thresholds[^1] > 1 ? 0 : -1; // with a first threshold below 0, every prediction is above it
        var place = (guess.nan_to_num(0).clamp(0, 1) * (count - 1)).ceil().sub_(1).clamp_min_(least).to_type(ScalarType.Int64); // of the last threshold below
        var slot = (place + 1 + (arange(labels) * (count + 1))).reshape([-1]);
        var slots = zeros([labels * (count + 1)], amounts.dtype).index_add_(0, slot, amounts.reshape([-1]), 1).reshape([labels, count + 1]);
        return slots.narrow(1, 1, count).flip([1]).cumsum(1).flip([1]).t(); // [thresholds, labels]
    }
}
