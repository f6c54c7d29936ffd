using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean crossentropy between probabilities of yes and no.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.BinaryCrossentropy</c>.</remarks>
[KerasName("BinaryCrossentropy", "binary_crossentropy", "bce", "BCE")]
public sealed record BinaryCrossentropy : LossMetric
{
    /// <summary>Whether the predictions have not gone through a sigmoid yet.</summary>
    public bool FromLogits { get; init; }

    /// <summary>The part of the targets that is spread evenly over yes and no, from 0 to 1.</summary>
    [Between(0, 1)]
    public double LabelSmoothing { get; init; }

    /// <inheritdoc/>
    protected override Loss Loss => new Losses.BinaryCrossentropy { FromLogits = FromLogits, LabelSmoothing = LabelSmoothing };
}
