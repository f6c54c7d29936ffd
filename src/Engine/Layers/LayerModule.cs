using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>A layer made of tensors: what a <see cref="Layer"/> builds. It may be called any number of times.</summary>
public abstract class LayerModule : IDisposable
{
    private readonly List<Weight> _weights = [];
    private readonly List<KeyValuePair<string, LayerModule>> _children = [];
    private readonly List<StateTensor> _state = [];

    /// <summary>Its own weights in the order Keras creates them, those of children not included.</summary>
    public IReadOnlyList<Weight> Weights => _weights;

    /// <summary>What a <c>.keras</c> keeps as its own variables, in order: its weights, those that are learned first.</summary>
    internal virtual IEnumerable<Weight> SavedVariables => _weights.OrderBy(weight => weight.Learned ? 0 : 1);

    /// <summary>The layers inside it, by the name of Keras's attribute (<c>forward_layer</c>, <c>cell</c>).</summary>
    public IReadOnlyList<KeyValuePair<string, LayerModule>> Children => _children;

    /// <summary>Its own weights, then those of its children, depth first.</summary>
    public virtual IEnumerable<Weight> AllWeights => _weights.Concat(_children.SelectMany(child => child.Value.AllWeights));

    /// <summary>What it carries from one call to the next, that of children not included: saved in checkpoints, never a weight.</summary>
    public IReadOnlyList<StateTensor> State => _state;

    /// <summary>Its own state, then that of its children, depth first.</summary>
    public IEnumerable<StateTensor> AllState => _state.Concat(_children.SelectMany(child => child.Value.AllState));

    /// <summary>Whether it was frozen: its weights are not trained, and a BatchNormalization only predicts.</summary>
    public bool Frozen { get; private set; }

    /// <summary>The layer's name, the last part of its weights' paths; null where the part of a layer has none.</summary>
    internal string? Name { get; set; }

    /// <summary>The layer that it was built from; null where it is a part that no layer describes.</summary>
    internal Layer? Definition { get; set; }

    /// <summary>The penalty on its outputs that is added to the loss.</summary>
    internal Regularizer? OutputPenalty { get; set; }

    /// <summary>Whether it is able to leave bias and activation to a max pooling, as <see cref="Layers.Call.LeavesTo"/> says.</summary>
    internal virtual bool CanLeaveRest => false;

    /// <summary>Computes the outputs, and adds the penalty on them to the call's losses.</summary>
    /// <param name="inputs">The inputs, in the order of Keras's <c>call</c>.</param>
    /// <param name="masks">A mask for each input (true where a value counts), or null.</param>
    /// <param name="call">How the layer is called.</param>
    public IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var outputs = Compute(inputs, masks, call);
        if (OutputPenalty is not null)
        {
            foreach (var output in outputs)
            {
                call.AddLoss(OutputPenalty.Penalty(output) / output.shape[0]);
            }
        }

        return outputs;
    }

    /// <summary>The masks of the outputs: null for each unless the layer passes masks on or makes them.</summary>
    public virtual IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) =>
        new Tensor?[outputCount];

    /// <summary>Says in ONNX what it computes when it predicts.</summary>
    /// <exception cref="OnnxException">It cannot be said.</exception>
    internal virtual IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options) =>
        throw onnx.Refuse($"{(Definition is null ? "it" : Catalog.NameOf(Definition.GetType()))} has no operators there");

    /// <summary>Freezes it and all inside it, or lets it be trained again.</summary>
    public virtual void Freeze(bool frozen)
    {
        Frozen = frozen;
        foreach (var weight in _weights)
        {
            weight.Freeze(frozen);
        }

        foreach (var (_, child) in _children)
        {
            child.Freeze(frozen);
        }
    }

    /// <summary>Sets its state and that of all inside it to zero, as before the first call.</summary>
    /// <param name="training">Whether it is the state of training that is meant, or that of evaluation.</param>
    public void ResetState(bool training)
    {
        foreach (var state in AllState)
        {
            state.Reset(training);
        }
    }

    /// <summary>Computes the outputs.</summary>
    protected abstract IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Keeps a weight as the layer's own.</summary>
    protected internal Weight Own(Weight weight)
    {
        _weights.Add(weight);
        return weight;
    }

    /// <summary>Keeps state as the layer's own.</summary>
    protected internal StateTensor Own(StateTensor state)
    {
        _state.Add(state);
        return state;
    }

    /// <summary>Keeps a layer as a part of this one.</summary>
    protected internal T Own<T>(string attribute, T child)
        where T : LayerModule
    {
        _children.Add(new KeyValuePair<string, LayerModule>(attribute, child));
        return child;
    }

    /// <summary>Gives the tensors back.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var weight in _weights)
        {
            weight.Dispose();
        }

        foreach (var state in _state)
        {
            state.Dispose();
        }

        foreach (var (_, child) in _children)
        {
            child.Dispose();
        }
    }
}
