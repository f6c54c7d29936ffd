using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>
/// Attention with several heads: each projects query, key and value and takes <c>softmax(query·keyᵀ / √key_dim)·value</c>; a last
/// projection joins what the heads have found.
/// </summary>
/// <remarks>
/// Inputs: query, value and key (Keras's order); without a key the value is the key, and one input alone is all three. A further
/// one may be the <c>attention_mask</c>, <c>[batch, queries, keys]</c>, true where a query may look.
/// Shape: <c>[batch, queries, features]</c> becomes <c>[batch, queries, features]</c>, or ends in <c>output_shape</c>; with
/// <c>return_attention_scores</c> the weights follow, <c>[batch, heads, queries, keys]</c>. There may be more axes of positions.
/// Weights: <c>query</c> and <c>key</c> <c>kernel [features, heads, key_dim]</c>, <c>bias [heads, key_dim]</c>; <c>value</c> (and <c>gate</c>)
/// the same with <c>value_dim</c>; <c>attention_output kernel [heads, value_dim, features]</c>, <c>bias [features]</c>, as Keras saves them.
/// Errors: value and key must have the same length.
/// Masks of query, value and key, <c>attention_mask</c> and <c>use_causal_mask</c> must all allow a look.
/// Source: Keras 3, <c>keras.layers.MultiHeadAttention</c>; Vaswani et al. (2017). The gate: Qiu et al. (2025).
/// </remarks>
/// <example>MultiHeadAttention: { num_heads: 4, key_dim: 16 }</example>
[KerasName("MultiHeadAttention")]
[IgnoredOption("query_shape")]
[IgnoredOption("key_shape")]
[IgnoredOption("value_shape")]
public sealed record MultiHeadAttention : HeadAttention
{
    /// <summary>How many heads there are.</summary>
    [AtLeast(1)]
    public required int NumHeads { get; init; }

    /// <summary>How many features of query and key a head looks at.</summary>
    [AtLeast(1)]
    public required int KeyDim { get; init; }

    /// <summary>How many features of the value a head takes; null is <c>key_dim</c>.</summary>
    [AtLeast(1)]
    public int? ValueDim { get; init; }

    /// <summary>The lengths of the output's last axes; null is the query's number of features.</summary>
    [OneOrMore, AtLeast(1)]
    public IReadOnlyList<int>? OutputShape { get; init; }

    /// <summary>The axes of positions that look at one another, counted with the batch; null is all of them.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? AttentionAxes { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        var order = AttentionOrder.Of(inputs.Count, call, takesMask: true);
        order.Check(inputs);
        var (query, key) = (inputs[order.Query].Shape, inputs[order.Key].Shape);
        if (query.Rank != key.Rank)
        {
            throw new ShapeException($"needs a query and a key of as many axes, but they are {query} and {key}");
        }

        var axes = Axes(query.Rank);
        var output = new Spec(OutputShape is null ? query : new Shape([.. query.SkipLast(1), .. OutputShape.Select(length => (long?)length)]));
        return !call.ReturnAttentionScores ? [output]
            : [output, new Spec(new Shape([.. Others(query.Rank, axes).Select(axis => query[axis]), NumHeads, .. axes.Select(axis => query[axis]), .. axes.Select(axis => key[axis])]))];
    }

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var order = AttentionOrder.Of(inputs.Count, context.Call, takesMask: true);
        var (query, key, value) = (inputs[order.Query], inputs[order.Key].Shape.Last!.Value, inputs[order.Value].Shape.Last!.Value);
        var features = query.Shape.Last!.Value;
        var valueDim = ValueDim ?? KeyDim;
        return new Module(
            this,
            query.Rank,
            Project(context, "query", [features], [NumHeads, KeyDim]),
            Project(context, "key", [key], [NumHeads, KeyDim]),
            UseGate ? Project(context, "gate", [features], [NumHeads, valueDim], new Sigmoid()) : null,
            Project(context, "value", [value], [NumHeads, valueDim]),
            Project(context, "attention_output", [NumHeads, valueDim], OutputShape is null ? [features] : [.. OutputShape.Select(length => (long)length)]));
    }

    /// <summary>The axes of the input over which there is attention.</summary>
    private int[] Axes(int rank)
    {
        int[] axes = AttentionAxes is null ? [.. Enumerable.Range(1, rank - 2)] : [.. AttentionAxes.Select(axis => axis < 0 ? rank + axis : axis)];
        return axes.Length > 0 && axes.All(axis => axis > 0 && axis < rank - 1) && axes.Distinct().Count() == axes.Length ? axes
            : throw new ShapeException($"cannot attend over the axes [{string.Join(", ", AttentionAxes!)}] of an input of {rank} axes");
    }

    /// <summary>The other axes of the input, but for the features.</summary>
    private static IEnumerable<int> Others(int rank, int[] axes) => Enumerable.Range(0, rank - 1).Except(axes);

    private sealed class Module : HeadAttentionModule
    {
        private readonly int[] _axes;
        private readonly int _keyDim;
        private readonly long[] _there;
        private readonly long[] _back;
        private readonly HeadProjection _query;
        private readonly HeadProjection _key;
        private readonly HeadProjection? _gate;
        private readonly HeadProjection _value;
        private readonly HeadProjection _output;

        internal Module(
            MultiHeadAttention layer, int rank, HeadProjection query, HeadProjection key, HeadProjection? gate, HeadProjection value, HeadProjection output)
            : base(layer)
        {
            _axes = layer.Axes(rank);
            _keyDim = layer.KeyDim;
            _there = [.. Others(rank, _axes), rank - 1, .. _axes, rank]; // [batch, …, heads, positions …, features]
            _back = [.. _there.Select((_, axis) => (long)Array.IndexOf(_there, axis))];
            _query = Own("query_dense", query);
            _key = Own("key_dense", key);
            _gate = gate is null ? null : Own("_gate_dense", gate);
            _value = Own("value_dense", value);
            _output = Own("output_dense", output);
        }

        private protected override bool IsPlain => _there.Length == 4;

        private protected override int KeyLength => _keyDim;

        private protected override (string Query, string Key, string Value) HeadsOnnx(OnnxGraph onnx, OnnxValue query, OnnxValue key, OnnxValue value)
        {
            return (Split(query, _query), Split(key, _key), Split(value, _value));

            string Split(OnnxValue x, HeadProjection projection) => onnx.Turn(projection.WriteOnnx(onnx, x).Name, 0, 2, 1, 3);
        }

        private protected override string JoinOnnx(OnnxGraph onnx, string heads, OnnxValue query)
        {
            var found = onnx.Turn(heads, 0, 2, 1, 3); // [batch, queries, heads, features]
            found = _gate is null ? found : onnx.Times(found, _gate.WriteOnnx(onnx, query).Name);
            return _output.WriteOnnx(onnx, new OnnxValue(found, new Spec(new Shape(null, null, null, null)))).Name;
        }

        private protected override (Tensor Query, Tensor Key, Tensor Value) Heads(Tensor query, Tensor key, Tensor value, Call call) =>
            (Split(query, _query, call), Split(key, _key, call), Split(value, _value, call));

        private protected override Tensor Widen(Tensor mask, Tensor query, Tensor key)
        {
            var both = 2 * _axes.Length;
            if (mask.dim() < both)
            {
                throw new InvalidOperationException($"A mask of {mask.dim()} axes cannot say which of {_axes.Length} axes of positions look at which.");
            }

            while (mask.dim() < _there.Length - 1 + _axes.Length)
            {
                mask = mask.unsqueeze(-both - 1);
            }

            return _axes.Length == 1 ? mask
                : mask.expand([.. mask.shape.SkipLast(both), .. Lengths(query), .. Lengths(key)]).flatten(-both, -_axes.Length - 1).flatten(-_axes.Length);
        }

        private protected override Tensor Join(Tensor heads, Tensor query, Call call)
        {
            var found = heads.unflatten(heads.dim() - 2, Lengths(query)).permute(_back); // [batch, …, heads, features]
            return _output.Call([_gate is null ? found : found * _gate.Call([query], [null], call)[0]], [null], call)[0];
        }

        private protected override Tensor ScoresOut(Tensor scores, Tensor query, Tensor key) =>
            scores.unflatten(scores.dim() - 1, Lengths(key)).unflatten(scores.dim() - 2, Lengths(query));

        private Tensor Split(Tensor x, HeadProjection projection, Call call) =>
            projection.Call([x], [null], call)[0].permute(_there).flatten(-1 - _axes.Length, -2);

        private long[] Lengths(Tensor x) => Array.ConvertAll(_axes, axis => x.shape[axis]);
    }
}
