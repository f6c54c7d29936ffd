using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How wrong predictions are: one value an example, then one value in all.</summary>
[IgnoredOption("fn")]
public abstract record Loss
{
    /// <summary>The loss's name, as it appears in messages; null is the class's own in snake_case.</summary>
    public string? Name { get; init; }

    /// <summary>How the values of the examples become one; null leaves them as they are.</summary>
    public Reduction? Reduction { get; init; } = Losses.Reduction.SumOverBatchSize;

    /// <summary>The type to compute in; null is float32.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>Whether the targets are numbers of classes or the like, and stay whole numbers.</summary>
    internal virtual bool TargetsAreWhole => false;

    /// <summary>How the shape of the targets must fit that of the predictions.</summary>
    internal virtual TargetFit Fit => TargetFit.Like;

    /// <summary>The axis of the classes, for a loss with <see cref="TargetFit.Classes"/>.</summary>
    internal virtual int ClassAxis => -1;

    /// <summary>Refuses targets that do not fit the predictions, before there are any.</summary>
    /// <param name="target">The shape of the targets.</param>
    /// <param name="prediction">The shape of the predictions.</param>
    /// <exception cref="ShapeException">They do not fit.</exception>
    public void NeedFit(Shape target, Shape prediction)
    {
        var (truth, guess) = SameRank.Of(target, prediction);
        TargetFits.Need(truth, guess, Fit, ClassAxis);
    }

    /// <summary>The loss: a scalar, unless there is no reduction.</summary>
    /// <param name="target">The targets, of any type.</param>
    /// <param name="prediction">The predictions.</param>
    /// <param name="sampleWeight">A weight for each example, or for each of its places; or null.</param>
    /// <param name="mask">True where a prediction counts; or null.</param>
    /// <param name="call">The call that made the predictions: it knows what they were before their activation. May be null.</param>
    /// <exception cref="ShapeException">The targets do not fit the predictions.</exception>
    public Tensor Compute(Tensor target, Tensor prediction, Tensor? sampleWeight = null, Tensor? mask = null, Call? call = null)
    {
        var type = Dtype?.Compute.ToTorch() ?? ScalarType.Float32;
        var (truth, guess) = SameRank.Of(target.to_type(TargetsAreWhole ? ScalarType.Int64 : type), prediction.to_type(type));
        TargetFits.Need(truth, guess, Fit, ClassAxis);
        var values = call is not null && guess.dim() == prediction.dim() && call.TryGetBefore(prediction, out var before, out var activation)
            ? PerExample(truth, guess, before.to_type(type), activation)
            : PerExample(truth, guess);
        if (Counting(truth, values) is { } counting)
        {
            mask = mask is null ? counting : mask.logical_and(counting);
        }

        return LossReduction.Reduce(values, sampleWeight, mask, Reduction ?? Losses.Reduction.None);
    }

    /// <summary>
    /// The mean loss of a batch with its gradient by what went into the predictions' activation, where the two together are a short
    /// formula: nothing of it need be gone through backwards. Null where there is none.
    /// </summary>
    /// <param name="target">The targets, of any type.</param>
    /// <param name="prediction">The predictions.</param>
    /// <param name="call">The call that made the predictions.</param>
    /// <exception cref="ShapeException">The targets do not fit the predictions.</exception>
    internal (Tensor Loss, Tensor Before, Tensor Gradient)? ComputeWithGradient(Tensor target, Tensor prediction, Call call)
    {
        if (Reduction is not (Losses.Reduction.SumOverBatchSize or Losses.Reduction.Mean or Losses.Reduction.Auto) || Dtype is not null
            || prediction.dtype != ScalarType.Float32 || !call.TryGetBefore(prediction, out var before, out var activation) || !before.requires_grad)
        {
            return null;
        }

        using var _ = no_grad();
        var (truth, guess) = SameRank.Of(InType(target, TargetsAreWhole ? ScalarType.Int64 : ScalarType.Float32), prediction);
        TargetFits.Need(truth, guess, Fit, ClassAxis);
        if (guess.dim() != prediction.dim() || PerExampleWithGradient(truth, guess, InType(before, ScalarType.Float32), activation) is not var (values, gradient))
        {
            return null;
        }

        return (values.mean(), before, InType(gradient.div_(values.numel()), before.dtype));

        static Tensor InType(Tensor x, ScalarType type) => x.dtype == type ? x : x.to_type(type);
    }

    /// <summary>The values before they are reduced, and the gradient of their sum by what went into the activation; null where there is no short formula.</summary>
    /// <param name="target">The targets.</param>
    /// <param name="prediction">The predictions.</param>
    /// <param name="before">What went into the activation.</param>
    /// <param name="activation">The activation that made the predictions.</param>
    private protected virtual (Tensor Values, Tensor Gradient)? PerExampleWithGradient(Tensor target, Tensor prediction, Tensor before, Activation activation) => null;

    /// <summary>The values before they are reduced: the shape of the targets without the axes that the loss works along.</summary>
    /// <param name="target">The targets, converted to the type of the predictions, and with as many axes where only a last axis of length 1 differs.</param>
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

    /// <summary>Which values count, for a loss that leaves some out; null is all.</summary>
    /// <param name="target">The targets.</param>
    /// <param name="values">The values before they are reduced.</param>
    internal virtual Tensor? Counting(Tensor target, Tensor values) => null;

    /// <summary>The mean along the last axis.</summary>
    protected static Tensor MeanOfLast(Tensor values) => values.mean([-1]);
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
