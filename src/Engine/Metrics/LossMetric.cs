using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that is the mean of a loss.</summary>
public abstract record LossMetric : MeanMetric
{
    /// <summary>The loss.</summary>
    protected abstract Loss Loss { get; }

    /// <inheritdoc/>
    public override bool? HigherIsBetter => false;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(Loss.TargetsAreWhole ? target : target.to_type(prediction.dtype), prediction);
        TargetFits.Need(truth, guess, Loss.Fit, Loss.ClassAxis);
        return Loss.PerExample(truth, guess);
    }

    /// <inheritdoc/>
    protected override Tensor? Counting(Tensor target, Tensor values) => Loss.Counting(target, values);
}
