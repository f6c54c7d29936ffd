using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>A column of a split: the values as they are in the file, in memory or read while they are used, and what is done to a batch of them.</summary>
public sealed class Column : IDisposable
{
    private static readonly Tensor?[] NoMask = [null];
    private readonly ArrayValues? _values;
    private readonly LayerModule[] _modules;

    private Column(ArrayValues? values, StreamedRows? rows, IReadOnlyList<Layer> layers, LayerModule[] modules, Spec spec) =>
        (_values, Rows, Layers, _modules, Spec) = (values, rows, layers, modules, spec);

    /// <summary>The values as they are in the file; the first axis is the examples. Bytes stay bytes. A column that is streamed has none.</summary>
    public ArrayValues Values => _values ?? throw new InvalidOperationException("A column that is streamed is never in memory whole.");

    /// <summary>Whether it is read while it is used.</summary>
    public bool IsStreamed => Rows is not null;

    /// <summary>Where it is read from, while it is used; null where it is in memory.</summary>
    internal StreamedRows? Rows { get; }

    /// <summary>What is made of a batch in the end; null leaves it as it is.</summary>
    private Func<Tensor, Tensor>? Last { get; init; }

    /// <summary>Whether a batch gets an axis of length 1 after its first in the end.</summary>
    private bool IsWidened { get; init; }

    /// <summary>What is done to a batch, in order; a layer that learned from the data is here with what it learned.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Shape and type of a batch.</summary>
    public Spec Spec { get; }

    /// <summary>How many examples there are.</summary>
    public long Count => Rows?.Choice.Count ?? Values.Shape[0];

    /// <summary>A column to which nothing is done.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public static Column Of(ArrayValues values) =>
        new(values.Kept(), null, [], [], new Spec(Shape.OfBatch(values.Shape.Skip(1).Select(length => (long?)length)), values.Type));

    /// <summary>A column of numbers to which nothing is done.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public static Column Of(Tensor values) => Of(new ArrayValues(values));

    /// <summary>A column that is read while it is used, to which nothing is done.</summary>
    internal static Column Of(StreamedRows rows) => new(null, rows, [], [], rows.Table.Columns[rows.Name]);

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
        return new Column(_values, Rows, [.. Layers, layer], [.. _modules, layer.Build([Spec], new BuildContext("", default))], output);
    }

    /// <summary>The same things done to other values.</summary>
    /// <param name="values">The values. The column owns them from now on.</param>
    public Column WithValues(ArrayValues values) => new(values.Kept(), null, Layers, _modules, Spec) { IsWidened = IsWidened };

    /// <summary>The column as an input takes it: one value an example, <c>[batch]</c>, is <c>[batch, 1]</c> where the input has that axis.</summary>
    /// <remarks>Source: Keras 3, <c>keras/src/models/functional.py</c>.</remarks>
    /// <param name="wanted">The shape of the input.</param>
    public Column For(Shape wanted) => Shaped(Spec.Shape, wanted) is var shape && shape == Spec.Shape ? this
        : new Column(_values, Rows, Layers, _modules, Spec.With(shape)) { Last = Last, IsWidened = true };

    /// <summary>The shape that data have for an input, as <see cref="For"/> makes it.</summary>
    public static Shape Shaped(Shape given, Shape wanted) => given.Rank == 1 && wanted is { Rank: 2, Last: 1 } ? new Shape(given[0], 1) : given;

    /// <summary>Neighbouring examples as a column of their own; the values are the same memory.</summary>
    public Column Part(long start, long length) => Rows is { } rows ? With(rows.Choice.Part(start, length)) : WithValues(Values.Range(start, length));

    /// <summary>The examples at these places, ascending, as a column of their own.</summary>
    internal Column Chosen(long[] examples) => Rows is null ? WithValues(Values.Take(tensor(examples)))
        : With(new RowChoice(Rows.Choice is { Listed: null, Start: 0 } ? examples : Array.ConvertAll(examples, example => Rows.Choice[example]), 0, examples.Length));

    /// <summary>All batches of neighbouring examples, in order; each belongs to the scope at work when it is asked for.</summary>
    /// <param name="size">How many examples a batch has.</param>
    public IEnumerable<Tensor> Batches(int size)
    {
        if (Rows is { } rows)
        {
            foreach (var part in rows.Parts(0, Count, size))
            {
                yield return Made(part);
            }

            yield break;
        }

        for (long start = 0; start < Count; start += size)
        {
            yield return Range(start, Math.Min(size, Count - start));
        }
    }

    /// <summary>A batch of the examples at these indices; it belongs to the caller's scope. Text is as <see cref="TextTensor"/> has it.</summary>
    /// <param name="indices">The indices, int64.</param>
    public Tensor At(Tensor indices) => Made(Values.Take(indices));

    /// <summary>A batch of neighbouring examples; it belongs to the caller's scope. It may be a view of the data, so nobody writes to it.</summary>
    public Tensor Range(long start, long length) => Made(Rows?.Parts(start, length, (int)length).Single() ?? Values.Range(start, length));

    /// <inheritdoc/>
    public void Dispose() => _values?.Dispose();

    /// <summary>A batch of values as they are in the file, with all done to it.</summary>
    internal Tensor Made(ArrayValues values)
    {
        using var _ = no_grad();
        var batch = values.ToTensor();
        foreach (var (layer, module) in Layers.Zip(_modules))
        {
            if (IsStreamed && layer is ToCategorical classes)
            {
                classes.Check([batch], Rows!.Name); // what is in memory was looked at before
            }

            batch = module.Call([batch], NoMask, new Call(training: true, default))[0]; // as Keras calls a layer outside a model
        }

        batch = Last?.Invoke(batch) ?? batch;
        return IsWidened ? batch.unsqueeze(1) : batch;
    }

    /// <summary>A streamed column with something else made of each batch.</summary>
    internal Column Then(Func<Tensor, Tensor> last) => new(null, Rows, Layers, _modules, Spec) { Last = last, IsWidened = IsWidened };

    private Column With(RowChoice choice) => new(null, Rows! with { Choice = choice }, Layers, _modules, Spec) { Last = Last, IsWidened = IsWidened };
}
