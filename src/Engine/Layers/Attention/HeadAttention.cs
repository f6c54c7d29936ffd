using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>What the attentions with heads share: projections before and after, and options of all of them.</summary>
[IgnoredOption("flash_attention")]
public abstract record HeadAttention : Layer
{
    /// <summary>The fraction of the weights of attention that is set to zero while training.</summary>
    [Between(0, 1)]
    public double Dropout { get; init; }

    /// <summary>Whether the projections have a learned offset.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How far a position looks: to those less than this many away. Null is everywhere.</summary>
    [AtLeast(1)]
    public int? SlidingWindow { get; init; }

    /// <summary>Makes the start values of the kernels.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the biases.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the kernels.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the biases.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output of every projection.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the kernels obey after every step.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the biases obey after every step.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <summary>Whether what is attended to is multiplied by a sigmoid of a further projection of the query.</summary>
    public bool UseGate { get; init; }

    /// <summary>Starts the random numbers of the dropout; null takes the run's seed alone.</summary>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <summary>What the inputs of a call are, of which some have a name: those without are the query, the value and the key.</summary>
    internal static IReadOnlyList<string> PlacesOf(IReadOnlyList<string> names)
    {
        var unnamed = new Queue<string>(["query", "value", "key"]);
        return [.. names.Select(name => name.Length > 0 ? name : unnamed.Count > 0 ? unnamed.Dequeue() : "")];
    }

    /// <summary>A projection, under a name of Keras's.</summary>
    internal HeadProjection Project(BuildContext context, string name, long[] from, long[] to, Activation? activation = null)
    {
        var inside = context.In(name);
        return new HeadProjection(
            inside.Weight("kernel", [.. from, .. to], KernelInitializer, KernelRegularizer, KernelConstraint),
            UseBias ? inside.Weight("bias", to, BiasInitializer, BiasRegularizer, BiasConstraint) : null,
            from.Length,
            activation ?? Activation.Linear) { Name = name, OutputPenalty = ActivityRegularizer };
    }
}

/// <summary>An attention with heads, made of tensors.</summary>
internal abstract class HeadAttentionModule(HeadAttention layer) : LayerModule
{
    private int _query;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount)
    {
        var all = new Tensor?[outputCount];
        all[0] = masks[_query];
        return all;
    }

    /// <summary>Whether there is one axis of positions only, so that Keras takes its fused operation where it can.</summary>
    private protected abstract bool IsPlain { get; }

    /// <summary>The heads of query, key and value, <c>[batch, …, heads, positions, features]</c> each; the queries may be fewer or more.</summary>
    private protected abstract (Tensor Query, Tensor Key, Tensor Value) Heads(Tensor query, Tensor key, Tensor value, Call call);

    /// <summary>A mask as wide as the scores, <c>[…, queries, keys]</c>.</summary>
    private protected abstract Tensor Widen(Tensor mask, Tensor query, Tensor key);

    /// <summary>The output, from what the heads have found.</summary>
    /// <param name="heads">What they found, <c>[batch, …, heads, queries, features]</c>.</param>
    /// <param name="query">The query as it came in.</param>
    /// <param name="call">How the layer is called.</param>
    private protected abstract Tensor Join(Tensor heads, Tensor query, Call call);

    /// <summary>The scores as they are put out.</summary>
    private protected virtual Tensor ScoresOut(Tensor scores, Tensor query, Tensor key) => scores;

    /// <summary>The length of a head's queries and keys.</summary>
    private protected abstract int KeyLength { get; }

    /// <summary>Says in ONNX the heads' queries, keys and values, <c>[batch, heads, positions, features]</c>.</summary>
    private protected abstract (string Query, string Key, string Value) HeadsOnnx(OnnxGraph onnx, OnnxValue query, OnnxValue key, OnnxValue value);

    /// <summary>Says in ONNX what the heads found, joined.</summary>
    private protected abstract string JoinOnnx(OnnxGraph onnx, string heads, OnnxValue query);

    /// <inheritdoc/>
    internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
    {
        if (!IsPlain || layer.SlidingWindow is not null)
        {
            throw onnx.Refuse(IsPlain ? "its window slides" : "it looks over more than one axis");
        }

        var order = AttentionOrder.Of(inputs.Count, options, takesMask: true);
        var query = inputs[order.Query];
        var (q, k, v) = HeadsOnnx(onnx, query, inputs[order.Key], inputs[order.Value]);
        var scores = onnx.Add("MatMul", [onnx.Times(q, 1 / Math.Sqrt(KeyLength)), onnx.Turn(k, 0, 1, 3, 2)]);
        var mask = order.FromMasks(onnx, inputs) is { } known ? onnx.Unsqueeze(known, 1) : null; // [batch, 1, queries, keys]
        if (order.Mask is { } given)
        {
            var own = onnx.Cast(inputs[given].Name, DataType.Bool);
            mask = AttentionOrder.And(onnx, mask, inputs[given].Spec.Rank == 3 ? onnx.Unsqueeze(own, 1) : own);
        }

        mask = options.UseCausalMask ? AttentionOrder.And(onnx, mask, AttentionOrder.Causal(onnx, scores)) : mask;
        var fused = !options.ReturnAttentionScores && layer.Dropout == 0;
        var weights = onnx.Add("Softmax", [Masked()], ("axis", -1L));
        weights = mask is null || fused ? weights : onnx.Times(weights, onnx.Cast(mask, DataType.Float32));
        var output = new OnnxOutput(JoinOnnx(onnx, onnx.Add("MatMul", [weights, v]), query), query.Mask);
        return options.ReturnAttentionScores ? [output, weights] : [output];

        string Masked() => mask is null ? scores
            : fused ? onnx.Plus(scores, onnx.Add("Where", [mask, onnx.Number(0), onnx.Number(-0.7 * float.MaxValue)]))
            : onnx.Add("Where", [mask, scores, onnx.Number(-1e9)]);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var order = AttentionOrder.Of(inputs.Count, call.Options, takesMask: true);
        _query = order.Query;
        var (query, key, value) = (inputs[order.Query], inputs[order.Key], inputs[order.Value]);
        var mask = Mask(order, inputs, masks, call);
        var (q, k, v) = Heads(query, key, value, call);
        if (!IsPlain || call.Options.ReturnAttentionScores || (call.Training && layer.Dropout > 0))
        {
            var scores = Weigh(q, k, call.Options.UseCausalMask ? AttentionOrder.And(mask, Causal(query, value, key)) : mask);
            var dropped = call.Training && layer.Dropout > 0
                ? DropoutMask.Drop(scores, layer.Dropout, layer.Seed is { } seed ? call.Key.Derive(seed) : call.Key)
                : scores;
            var output = Join(dropped.matmul(v), query, call);
            return call.Options.ReturnAttentionScores ? [output, ScoresOut(scores, query, key)] : [output];
        }

        var causalOnly = call.Options.UseCausalMask && mask is null;
        if (call.Options.UseCausalMask && mask is not null)
        {
            mask = AttentionOrder.And(mask, Causal(query, value, key));
        }

        if (mask is not null && layer.Dropout == 0)
        {
            (q, mask) = LookEverywhere(q, mask);
        }

        return [Join(nn.functional.scaled_dot_product_attention(q, k, v, mask, is_casual: causalOnly), query, call)];
    }

    /// <summary>The weights of attention; zero where the mask hides a key, even if it hides all.</summary>
    private static Tensor Weigh(Tensor query, Tensor key, Tensor? mask)
    {
        var scores = (query / Math.Sqrt(query.shape[^1])).matmul(key.transpose(-1, -2)); // […, queries, keys]
        return mask is null ? scores.softmax(-1)
            : where(mask, scores, query.dtype == ScalarType.Float16 ? -3e4 : -1e9).softmax(-1).masked_fill(mask.logical_not(), 0);
    }

    /// <summary>
    /// A query that may look at nothing looks at everything alike, as in Keras: as one of zeros that may look at everything does, whose
    /// gradients libtorch finds. Where there is dropout, for which Keras has no fused operation, it looks at nothing, even outside training.
    /// </summary>
    private static (Tensor Query, Tensor Mask) LookEverywhere(Tensor query, Tensor mask)
    {
        var blind = mask.any(-1, keepdim: true).logical_not(); // […, queries, 1]
        return (query.masked_fill(blind, 0), mask.logical_or(blind));
    }

    private Tensor? Mask(AttentionOrder order, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var (query, value, key) = (inputs[order.Query], inputs[order.Value], inputs[order.Key]);
        var mask = order.FromMasks(masks);
        if (layer.SlidingWindow is { } window)
        {
            var near = ones(query.shape[1], value.shape[1], ScalarType.Bool);
            mask = AttentionOrder.And(mask, near.tril(window - 1).logical_and_(near.triu(1 - window)).unsqueeze(0));
        }

        var wide = mask is null ? null : Widen(mask, query, key);
        return order.Mask is { } given ? AttentionOrder.And(wide, Widen(inputs[given].to_type(ScalarType.Bool), query, key)) : wide;
    }

    private Tensor Causal(Tensor query, Tensor value, Tensor key) =>
        Widen(ones(1, query.shape[1], value.shape[1], dtype: ScalarType.Bool).tril(), query, key);
}
