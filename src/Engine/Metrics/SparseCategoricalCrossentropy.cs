using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean crossentropy of classes given by number.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.SparseCategoricalCrossentropy</c>.</remarks>
[KerasName("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy")]
public sealed record SparseCategoricalCrossentropy : LossMetric
{
    /// <summary>Whether the predictions have not gone through a softmax yet.</summary>
    public bool FromLogits { get; init; }

    /// <summary>A class whose places have the value 0.</summary>
    public int? IgnoreClass { get; init; }

    /// <summary>The axis of the classes; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    protected override Loss Loss => new Losses.SparseCategoricalCrossentropy { FromLogits = FromLogits, IgnoreClass = IgnoreClass, Axis = Axis };
}
