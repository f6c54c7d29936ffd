using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>Gathers how many predictions are rightly and wrongly yes and no, at several thresholds.</summary>
internal sealed class ConfusionState : MetricState
{
    private readonly ConfusionRule _rule;
    private readonly Confusion[] _kinds;
    private readonly Func<IReadOnlyList<double[]>, IReadOnlyList<double>> _figure;

    /// <summary>Begins to gather.</summary>
    /// <param name="rule">How is counted.</param>
    /// <param name="kinds">What is gathered, in Keras's order.</param>
    /// <param name="figure">The figure, from the counts of each kind: <c>[thresholds · labels]</c>.</param>
    /// <param name="labels">How many labels are counted apart; null waits for the first batch.</param>
    internal ConfusionState(ConfusionRule rule, Confusion[] kinds, Func<IReadOnlyList<double[]>, IReadOnlyList<double>> figure, long? labels = 1)
    {
        (_rule, _kinds, _figure) = (rule, kinds, figure);
        if (labels is { } count)
        {
            MakeFor(count);
        }
    }

    public override IReadOnlyList<double> Result() => Variables.Count == 0 ? [0] : _figure([.. Variables.Select((_, i) => Read(i))]);

    protected override void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask)
    {
        var counts = _rule.Count(target, prediction, weight);
        if (Variables.Count == 0)
        {
            MakeFor(counts.True.shape[0]);
        }

        foreach (var (i, kind) in _kinds.Index())
        {
            Variables[i].add_(kind switch
            {
                Confusion.TruePositives => counts.Right,
                Confusion.FalsePositives => counts.Wrong,
                Confusion.TrueNegatives => counts.False - counts.Wrong,
                _ => counts.True - counts.Right,
            });
        }
    }

    private void MakeFor(long labels) => Make([.. _kinds.Select(_ => new long[] { _rule.Thresholds.Count, labels })]);
}

/// <summary>The four ways in which a prediction of yes or no can turn out.</summary>
internal enum Confusion
{
    /// <summary>Rightly yes.</summary>
    TruePositives,

    /// <summary>Wrongly yes.</summary>
    FalsePositives,

    /// <summary>Rightly no.</summary>
    TrueNegatives,

    /// <summary>Wrongly no.</summary>
    FalseNegatives,
}
