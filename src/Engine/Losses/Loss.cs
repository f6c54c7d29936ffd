using ExperimentRunner.Engine.Activations;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How wrong predictions are: one value an example, then one value in all.</summary>
public abstract record Loss
{
    /// <summary>The loss's name, as it appears in messages; null is the class's own in snake_case.</summary>
    public string? Name { get; init; }

    /// <summary>How the values of the examples become one.</summary>
    public Reduction Reduction { get; init; } = Reduction.SumOverBatchSize;

    /// <summary>The values before they are reduced: the shape of the targets without the axes that the loss works along.</summary>
    /// <param name="target">The targets, converted to the type of the predictions.</param>
    /// <param name="prediction">The predictions.</param>
    public abstract Tensor PerExample(Tensor target, Tensor prediction);

    /// <summary>
    /// The same, for predictions that came out of an activation: a crossentropy takes what went into a softmax or a sigmoid,
    /// which is exact where the probabilities have lost their digits. The value and the gradient are those of
    /// <see cref="PerExample(Tensor, Tensor)"/>, Keras's clipping included.
    /// </summary>
    /// <param name="target">The targets.</param>
    /// <param name="prediction">The predictions.</param>
    /// <param name="before">What went into the activation.</param>
    /// <param name="activation">The activation that made the predictions.</param>
    public virtual Tensor PerExample(Tensor target, Tensor prediction, Tensor before, Activation activation) => PerExample(target, prediction);
}

/// <summary>How the values of the examples become one.</summary>
public enum Reduction
{
    /// <summary>Their sum divided by how many values there are.</summary>
    SumOverBatchSize,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by how many values there are; Keras's other word for it.</summary>
    Mean,

    /// <summary>Their weighted sum divided by the sum of the weights.</summary>
    MeanWithSampleWeight,

    /// <summary>They stay as they are.</summary>
    None,

    /// <summary>What an old file says where nothing was chosen: the sum divided by how many values there are.</summary>
    Auto,
}
