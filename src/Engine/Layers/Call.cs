using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>One call of a model: what every layer in it must know, and what they leave for the loss.</summary>
/// <param name="training">Whether the call is part of training.</param>
/// <param name="key">Where the call's random numbers come from: the run's seed and the step.</param>
public sealed class Call(bool training, RandomKey key)
{
    private readonly Dictionary<Tensor, (Tensor Before, Activation Activation)> _activated = new(ReferenceEqualityComparer.Instance);
    private readonly List<Tensor> _losses = [];
    private (Tensor Of, LeftRest What)? _left;

    /// <summary>Whether this is part of training, for the layer being called.</summary>
    public bool Training => Options.Training ?? training;

    /// <summary>Whether the whole model is being trained, whatever the present layer's call says.</summary>
    public bool ModelTraining => training;

    /// <summary>The options of the call of the present layer.</summary>
    public CallOptions Options { get; set; } = CallOptions.None;

    /// <summary>Identifies the present layer's call within the model; the same in every step.</summary>
    public long Node { get; set; }

    /// <summary>Where the present layer's random numbers come from: (seed, step, node).</summary>
    public RandomKey Key => key.Derive(Node);

    /// <summary>The type to compute in where a layer has a choice: float32, or bfloat16 under mixed precision.</summary>
    public ScalarType Compute { get; init; } = ScalarType.Float32;

    /// <summary>Is shown what each layer of the model computes, by the layer's name; null where nobody looks.</summary>
    internal Action<string, IReadOnlyList<Tensor>>? Seen { get; set; }

    /// <summary>Penalties of this call (of activity regularizers), each divided by the batch as Keras does.</summary>
    public IReadOnlyList<Tensor> Losses => _losses;

    /// <summary>The tensor in the type to compute in; itself when it is of that type already.</summary>
    public Tensor Cast(Tensor x) => x.dtype == Compute ? x : x.to_type(Compute);

    /// <summary>Applies an activation, and remembers what went in, so that a loss can use the two together.</summary>
    public Tensor Activate(Activation activation, Tensor x)
    {
        if (activation is Linear)
        {
            return x;
        }

        var y = activation.Apply(activation is AxisActivation && x.dtype == ScalarType.BFloat16 ? x.to_type(ScalarType.Float32) : x);
        _activated[y] = (x, activation);
        return y;
    }

    /// <summary>What a tensor was before its activation, if it came out of one in this call.</summary>
    public bool TryGetBefore(Tensor y, out Tensor before, out Activation activation)
    {
        var found = _activated.TryGetValue(y, out var pair);
        (before, activation) = (pair.Before, pair.Activation);
        return found;
    }

    /// <summary>
    /// The window of the max pooling that alone takes the present layer's output; null where that is not so. The layer leaves its bias and
    /// activation to it: the greatest of a window is the same before and after, and the pooling has fewer values to work on.
    /// </summary>
    internal Window? LeavesTo { get; set; }

    /// <summary>Leaves a bias and an activation to the max pooling that comes next.</summary>
    internal Tensor Leave(Tensor y, LeftRest rest)
    {
        _left = (y, rest);
        return y;
    }

    /// <summary>Takes over what was left to do with a tensor; null where nothing was.</summary>
    internal LeftRest? TakeLeft(Tensor x)
    {
        if (_left is not { } left || !ReferenceEquals(left.Of, x))
        {
            return null;
        }

        _left = null;
        return left.What;
    }

    /// <summary>Adds a penalty to the loss.</summary>
    public void AddLoss(Tensor loss) => _losses.Add(loss);
}

/// <summary>What a layer left to the max pooling after it.</summary>
/// <param name="Bias">What is to be added.</param>
/// <param name="Activation">What is to be applied.</param>
/// <param name="IsPooled">Whether the layer took the greatest of each window itself.</param>
internal sealed record LeftRest(Tensor? Bias, Activation Activation, bool IsPooled);

/// <summary>What one call of a layer may say beside its inputs: Keras's call arguments.</summary>
public sealed record CallOptions
{
    /// <summary>Nothing said.</summary>
    public static CallOptions None { get; } = new();

    /// <summary>Whether the layer behaves as in training, whatever the model does; null follows the model.</summary>
    public bool? Training { get; init; }

    /// <summary>Whether an attention layer hides later positions.</summary>
    public bool UseCausalMask { get; init; }

    /// <summary>Whether an attention layer puts out its scores too.</summary>
    public bool ReturnAttentionScores { get; init; }

    /// <summary>Whether a reversible embedding turns vectors back into scores.</summary>
    public bool Reverse { get; init; }

    /// <summary>
    /// What the inputs are called, in order, where Keras's <c>call</c> has names for them beyond the first: <c>query</c>,
    /// <c>value</c>, <c>key</c>, <c>initial_state</c>, <c>attention_mask</c>. Empty when they go by position.
    /// </summary>
    public IReadOnlyList<string> InputNames { get; init; } = [];
}
