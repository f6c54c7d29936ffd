using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean crossentropy between probabilities of classes.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.CategoricalCrossentropy</c>.</remarks>
[KerasName("CategoricalCrossentropy", "categorical_crossentropy")]
public sealed record CategoricalCrossentropy : LossMetric
{
    /// <summary>Whether the predictions have not gone through a softmax yet.</summary>
    public bool FromLogits { get; init; }

    /// <summary>The part of the targets that is spread evenly over all classes, from 0 to 1.</summary>
    [Between(0, 1)]
    public double LabelSmoothing { get; init; }

    /// <summary>The axis of the classes; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    protected override Loss Loss => new Losses.CategoricalCrossentropy { FromLogits = FromLogits, LabelSmoothing = LabelSmoothing, Axis = Axis };
}
