using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>A column of a split: the values as they are in the file, and what is done to a batch of them.</summary>
public sealed class Column : IDisposable
{
    private static readonly Tensor?[] NoMask = [null];
    private readonly LayerModule[] _modules;

    private Column(ArrayValues values, IReadOnlyList<Layer> layers, LayerModule[] modules, Spec spec) =>
        (Values, Layers, _modules, Spec) = (values, layers, modules, spec);

    /// <summary>The values as they are in the file; the first axis is the examples. Bytes stay bytes.</summary>
    public ArrayValues Values { get; }

    /// <summary>What is done to a batch, in order; a layer that learned from the data is here with what it learned.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Shape and type of a batch.</summary>
    public Spec Spec { get; }

    /// <summary>How many examples there are.</summary>
    public long Count => Values.Shape[0];

    /// <summary>A column to which nothing is done.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public static Column Of(ArrayValues values) =>
        new(values.Kept(), [], [], new Spec(Shape.OfBatch(values.Shape.Skip(1).Select(length => (long?)length)), values.Type));

    /// <summary>A column of numbers to which nothing is done.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public static Column Of(Tensor values) => Of(new ArrayValues(values));

    /// <summary>What a layer makes of a batch, found without data.</summary>
    /// <exception cref="ShapeException">It does not take such values, or does not belong with data.</exception>
    public static Spec Infer(Layer layer, Spec input)
    {
        TextRule.Check(layer, [input]);
        var output = layer.Infer([input], CallOptions.None)[0];
        if (layer is IAdapts { NeedsData: true })
        {
            return output;
        }

        using var module = layer.Build([input], new BuildContext("", default, dry: true));
        return module.AllWeights.Any() ? throw new ShapeException("has weights, so it belongs in the model") : output;
    }

    /// <summary>The same values, with one more thing done to each batch.</summary>
    /// <param name="layer">A layer that draws nothing at random and has learned what it needs.</param>
    /// <exception cref="ShapeException">It does not take such values, or does not belong with data.</exception>
    public Column With(Layer layer)
    {
        var output = Infer(layer, Spec);
        return new Column(Values, [.. Layers, layer], [.. _modules, layer.Build([Spec], new BuildContext("", default))], output);
    }

    /// <summary>The same things done to other values.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public Column WithValues(ArrayValues values) => new(values.Kept(), Layers, _modules, Spec);

    /// <summary>Neighbouring examples as a column of their own; the values are the same memory.</summary>
    public Column Part(long start, long length) => WithValues(Values.Range(start, length));

    /// <summary>A batch of the examples at these indices; it belongs to the caller's scope. Text is as <see cref="TextTensor"/> has it.</summary>
    /// <param name="indices">The indices, int64.</param>
    public Tensor At(Tensor indices) => Transformed(Values.Take(indices));

    /// <summary>A batch of neighbouring examples; it belongs to the caller's scope. It may be a view of the data, so nobody writes to it.</summary>
    public Tensor Range(long start, long length) => Transformed(Values.Range(start, length));

    /// <inheritdoc/>
    public void Dispose() => Values.Dispose();

    private Tensor Transformed(ArrayValues values)
    {
        using var _ = no_grad();
        var batch = values.ToTensor();
        foreach (var module in _modules)
        {
            batch = module.Call([batch], NoMask, new Call(training: true, default))[0]; // as Keras calls a layer outside a model
        }

        return batch;
    }
}
