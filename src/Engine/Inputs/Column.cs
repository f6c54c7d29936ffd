using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>A column of a split: the values as they are in the file, and what is done to a batch of them.</summary>
public sealed class Column : IDisposable
{
    private readonly IReadOnlyList<UnaryStep> _steps;

    private Column(Tensor values, IReadOnlyList<UnaryStep> steps, Spec spec) => (Values, _steps, Spec) = (values, steps, spec);

    /// <summary>The values as they are in the file; the first axis is the examples. Bytes stay bytes.</summary>
    public Tensor Values { get; }

    /// <summary>Shape and type of a batch.</summary>
    public Spec Spec { get; }

    /// <summary>How many examples there are.</summary>
    public long Count => Values.shape[0];

    /// <summary>A column to which nothing is done.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public static Column Of(Tensor values) =>
        new(values.DetachFromDisposeScope(), [], new Spec(Shape.OfBatch(values.shape.Skip(1).Select(length => (long?)length)), DataTypes.FromTorch(values.dtype)));

    /// <summary>The same values, with one more thing done to each batch.</summary>
    /// <param name="layer">A layer that draws nothing at random.</param>
    /// <exception cref="ShapeException">It does not take such values.</exception>
    public Column With(Layer layer)
    {
        var output = layer.Infer([Spec], CallOptions.None)[0];
        return new Column(Values, [.. _steps, new UnaryStep(layer.Build([Spec], new BuildContext("", default)))], output);
    }

    /// <summary>The same things done to other values.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public Column WithValues(Tensor values) => new(values.DetachFromDisposeScope(), _steps, Spec);

    /// <summary>Neighbouring examples as a column of their own; the values are the same memory.</summary>
    public Column Part(long start, long length) => WithValues(Values.narrow(0, start, length));

    /// <summary>A batch of the examples at these indices; it belongs to the caller's scope.</summary>
    public Tensor At(Tensor indices) => Transformed(Values.index_select(0, indices));

    /// <summary>A batch of neighbouring examples; it belongs to the caller's scope.</summary>
    public Tensor Range(long start, long length) => Transformed(Values.narrow(0, start, length));

    /// <inheritdoc/>
    public void Dispose() => Values.Dispose();

    private Tensor Transformed(Tensor batch)
    {
        using var _ = no_grad();
        return _steps.Aggregate(batch, (values, step) => step.Apply(values));
    }

    private sealed record UnaryStep(LayerModule Module)
    {
        private static readonly Tensor?[] NoMask = [null];

        internal Tensor Apply(Tensor values) => Module.Call([values], NoMask, new Call(training: false, default))[0];
    }
}
