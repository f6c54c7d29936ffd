using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>A graph made of tensors: weights that can be trained, saved and predicted with.</summary>
public sealed class Model : IResumable, IDisposable
{
    private readonly Tensor?[] _noMasks;

    /// <summary>Makes the weights of a graph.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="graph">Its layers and how they are joined.</param>
    /// <param name="seed">Where start weights come from: each depends on this and on its path alone.</param>
    public Model(string name, Graph graph, RandomKey seed)
        : this(name, graph, new BuildContext("", seed))
    {
    }

    private Model(string name, Graph graph, BuildContext context)
    {
        Name = name;
        Graph = graph;
        Module = new GraphModule(graph, context);
        Weights = [.. Module.AllWeights];
        _noMasks = new Tensor?[graph.Inputs.Count];
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>Its layers and how they are joined.</summary>
    public Graph Graph { get; }

    /// <summary>The layers made of tensors.</summary>
    public GraphModule Module { get; }

    /// <summary>The type that layers compute in: float32, or bfloat16 with the weights, normalizations, softmax and losses in float32.</summary>
    public ScalarType Compute { get; set; } = ScalarType.Float32;

    /// <summary>All weights, layer by layer, in the order Keras creates them.</summary>
    public IReadOnlyList<Weight> Weights { get; }

    /// <summary>A model whose weights have shapes only, to check and count them without libtorch.</summary>
    public static Model Declare(string name, Graph graph) => new(name, graph, new BuildContext("", default, dry: true));

    /// <summary>A model whose weights are zero, for a file to fill.</summary>
    internal static Model Blank(string name, Graph graph) => new(name, graph, new BuildContext("", default, blank: true));

    /// <summary>The masks of the outputs of the last call; null where an output has none.</summary>
    public IReadOnlyList<Tensor?> OutputMasks => Module.LastOutputMasks;

    /// <summary>Computes the outputs, in the order of <see cref="Graph.Outputs"/>.</summary>
    public IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, Call call) => Module.Call(inputs, _noMasks, call);

    /// <summary>The predictions for every example, by the names of the outputs.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="each">Is told after each batch how many are done.</param>
    /// <param name="stop">Ends the prediction.</param>
    /// <exception cref="DataException">An output is text.</exception>
    public IReadOnlyDictionary<string, Tensor> Predict(IBatchSource batches, Action<long>? each = null, CancellationToken stop = default) =>
        Whole(() => Predict(Graph, batches, inputs => Widened(Call(inputs, Begin(training: false, default))), each, stop));

    /// <summary>Predicts, and hands out what comes out of each batch, in float32 where it was computed in less; it is held no longer.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="take">Takes the outputs of a batch, in the model's order; they are let go afterwards.</param>
    /// <param name="stop">Ends the prediction.</param>
    public void Predict(IBatchSource batches, Action<IReadOnlyList<Tensor>> take, CancellationToken stop = default) => Whole(() =>
    {
        Predict(Graph, batches, inputs => Widened(Call(inputs, Begin(training: false, default))), take, stop);
        return true;
    });

    /// <summary>Begins a call of the model.</summary>
    internal Call Begin(bool training, RandomKey key) => new(training, key) { Compute = Compute };

    /// <summary>What comes out, in float32 where it was computed in less.</summary>
    internal static IReadOnlyList<Tensor> Widened(IReadOnlyList<Tensor> outputs) =>
        [.. outputs.Select(output => output.dtype == ScalarType.BFloat16 ? output.to_type(ScalarType.Float32) : output)];

    /// <summary>What a function predicts for every example.</summary>
    internal static IReadOnlyDictionary<string, Tensor> Predict(
        Graph graph, IBatchSource batches, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> call, Action<long>? each, CancellationToken stop)
    {
        var (parts, done) = (graph.Outputs.Select(_ => new List<Tensor>()).ToList(), 0L);
        Predict(
            graph,
            batches,
            call,
            outputs =>
            {
                for (var i = 0; i < parts.Count; i++)
                {
                    parts[i].Add(outputs[i].MoveToOuterDisposeScope());
                }

                each?.Invoke(++done);
            },
            stop);
        return graph.Outputs.Zip(parts).ToDictionary(pair => pair.First.Name, pair => cat(pair.Second, 0));
    }

    /// <summary>Hands out what a function predicts, batch by batch.</summary>
    internal static void Predict(
        Graph graph, IBatchSource batches, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> call, Action<IReadOnlyList<Tensor>> take, CancellationToken stop)
    {
        if (graph.Outputs.FirstOrDefault(port => port.Spec.Type == DataType.String) is { } text)
        {
            throw new DataException($"The output '{text.Name}' is text, and predictions are numbers.");
        }

        using var still = no_grad();
        for (long number = 0; number < (batches.Count ?? long.MaxValue); number++)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            take(call(batches.At(number).Inputs));
        }
    }

    /// <summary>A model of the same graph with weights of its own, equal now and apart from now on.</summary>
    public Model Copy()
    {
        var copy = new Model(Name, Graph, default(RandomKey)) { Compute = Compute };
        copy.Assign(this);
        return copy;
    }

    /// <summary>Whether the weights mean anything: they were trained or loaded, and are not just start values.</summary>
    public bool HasWeights { get; set; }

    /// <summary>Takes over the weights of a model of the same graph.</summary>
    public void Assign(Model other)
    {
        foreach (var (mine, theirs) in Weights.Zip(other.Weights))
        {
            mine.Assign(theirs.Value);
            mine.Freeze(theirs.Frozen);
        }

        HasWeights = other.HasWeights;
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        foreach (var weight in Weights)
        {
            state.Put(weight.Path, weight.Value);
        }

        foreach (var carried in Module.AllState)
        {
            carried.Save(state.At("state"));
        }

        state.Put("has_weights", HasWeights);
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        foreach (var weight in Weights)
        {
            weight.Assign(state.NeedTensor(weight.Path));
        }

        foreach (var carried in Module.AllState)
        {
            carried.Restore(state.At("state"));
        }

        HasWeights = state.Need<bool>("has_weights");
    }

    /// <summary>
    /// Measures something whole. What layers carry from call to call begins at zero, apart from that of training; when the measuring
    /// is cancelled, it is as before it began.
    /// </summary>
    internal T Whole<T>(Func<T> measure)
    {
        using var before = new SavedState();
        foreach (var carried in Module.AllState)
        {
            carried.Save(before);
        }

        Module.ResetState(training: false);
        try
        {
            return measure();
        }
        catch (OperationCanceledException)
        {
            foreach (var carried in Module.AllState)
            {
                carried.Restore(before);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();
}
