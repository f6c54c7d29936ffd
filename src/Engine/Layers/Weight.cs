using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>A tensor that a layer keeps, in Keras's axis order and under Keras's names.</summary>
public sealed class Weight : IDisposable
{
    private static readonly TorchScript Script = new("""
        def set(weight: Tensor, part: Tensor):
            weight.set_(part)
        """);

    private readonly Tensor? _value;

    /// <summary>Keeps a tensor as a weight; the weight owns it from now on.</summary>
    /// <param name="path">Where it belongs, such as <c>conv2d/kernel</c>; unique in a model.</param>
    /// <param name="value">The start value.</param>
    /// <param name="learned">Whether gradients move it; moving averages and the like are not learned.</param>
    public Weight(string path, Tensor value, bool learned = true)
        : this(path, value.shape, learned) => _value = value.detach().clone().contiguous().requires_grad_(learned).DetachFromDisposeScope();

    /// <summary>Declares a weight that has a shape but no values yet, in a model that is only checked.</summary>
    internal Weight(string path, long[] shape, bool learned)
    {
        Path = path;
        Shape = shape;
        Learned = learned;
    }

    /// <summary>Where it belongs, such as <c>conv2d/kernel</c>; unique in a model.</summary>
    public string Path { get; }

    /// <summary>The last part of the path: <c>kernel</c>.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The lengths of its axes, in Keras's order.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many elements it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>The values. The same tensor for the weight's whole life; it is changed in place.</summary>
    /// <exception cref="InvalidOperationException">The model is only being checked, and has no tensors.</exception>
    public Tensor Value => _value ?? throw new InvalidOperationException($"The weight {Path} was declared, not made.");

    /// <summary>Whether gradients may move it at all; false for moving averages, counters and the like.</summary>
    public bool Learned { get; }

    /// <summary>Whether an optimizer moves it now: it is learned, and its layer is not frozen.</summary>
    public bool Trainable => Learned && !Frozen;

    /// <summary>Whether its layer was frozen by <c>trainable: false</c>.</summary>
    public bool Frozen { get; private set; }

    /// <summary>A penalty on its values, added to the loss.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>A rule it obeys after every step.</summary>
    public Constraint? Constraint { get; init; }

    /// <summary>Freezes the weight, or lets it be trained again.</summary>
    public void Freeze(bool frozen)
    {
        Frozen = frozen;
        _value?.requires_grad_(Trainable);
    }

    /// <summary>Overwrites the values.</summary>
    public void Assign(Tensor values)
    {
        using var _ = no_grad();
        Value.copy_(values);
    }

    /// <summary>The tensor that the values lie in, side by side with others; null where they lie by themselves.</summary>
    internal Tensor? Home { get; private set; }

    /// <summary>Moves the values into a part of a tensor that others share. <see cref="Value"/> stays the same object.</summary>
    /// <param name="home">The tensor.</param>
    /// <param name="part">A view of it, of the weight's shape.</param>
    internal void MoveInto(Tensor home, Tensor part)
    {
        using var _ = no_grad();
        part.copy_(Value);
        Script.Call("set", Value, part);
        Home = home;
    }

    /// <inheritdoc/>
    public void Dispose() => _value?.Dispose();
}
