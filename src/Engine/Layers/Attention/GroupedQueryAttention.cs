using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>Attention with several heads in which groups of queries share their key and value.</summary>
/// <remarks>
/// Inputs: query, value and key (Keras's order); without a key the value is the key, and one input alone is all three. A further
/// one may be the <c>attention_mask</c>, <c>[batch, queries, keys]</c>, true where a query may look.
/// Shape: <c>[batch, queries, features]</c> becomes the same; with <c>return_attention_scores</c> the weights follow,
/// <c>[batch, query heads, queries, keys]</c>.
/// Weights: <c>query</c> (and <c>gate</c>) <c>kernel [features, query heads, head_dim]</c>, <c>bias [query heads, head_dim]</c>; <c>key</c> and
/// <c>value</c> the same with the heads of the key; <c>attention_output kernel [query heads, head_dim, features]</c>, <c>bias [features]</c>.
/// Errors: inputs must have three axes, query and value the same number of features, value and key the same length;
/// <c>num_key_value_heads</c> must divide <c>num_query_heads</c>.
/// Masks of query, value and key, <c>attention_mask</c> and <c>use_causal_mask</c> must all allow a look.
/// Source: Keras 3, <c>keras.layers.GroupQueryAttention</c>; Ainslie et al. (2023).
/// </remarks>
/// <example>GroupedQueryAttention: { head_dim: 8, num_query_heads: 4, num_key_value_heads: 2 }</example>
[KerasName("GroupedQueryAttention", "GroupQueryAttention")]
public sealed record GroupedQueryAttention : HeadAttention, IChecked
{
    /// <summary>How many features a head looks at.</summary>
    [AtLeast(1)]
    public required int HeadDim { get; init; }

    /// <summary>How many heads the query has.</summary>
    [AtLeast(1)]
    public required int NumQueryHeads { get; init; }

    /// <summary>How many heads key and value have: the number of groups.</summary>
    [AtLeast(1)]
    public required int NumKeyValueHeads { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => NumQueryHeads % NumKeyValueHeads == 0 ? []
        : [new OptionMistake("num_key_value_heads", $"{NumQueryHeads} heads of the query cannot share {NumKeyValueHeads} heads of the key.", $"a divisor of {NumQueryHeads}")];

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        var order = AttentionOrder.Of(inputs.Count, call, takesMask: true);
        order.Check(inputs);
        var (query, value, key) = (inputs[order.Query].NeedExactRank(3).Shape, inputs[order.Value].NeedExactRank(3).Shape, inputs[order.Key].Shape);
        if (query.Last != value.Last)
        {
            throw new ShapeException($"needs as many features in the query as in the value, but they are {query} and {value}");
        }

        return call.ReturnAttentionScores
            ? [new Spec(query), new Spec(new Shape(query[0], NumQueryHeads, query[1], key[1]))]
            : [new Spec(query)];
    }

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var order = AttentionOrder.Of(inputs.Count, context.Call, takesMask: true);
        var (query, key, value) = (inputs[order.Query].Shape.Last!.Value, inputs[order.Key].Shape.Last!.Value, inputs[order.Value].Shape.Last!.Value);
        return new Module(
            this,
            Project(context, "query", [query], [NumQueryHeads, HeadDim]),
            Project(context, "key", [key], [NumKeyValueHeads, HeadDim]),
            UseGate ? Project(context, "gate", [query], [NumQueryHeads, HeadDim], new Sigmoid()) : null,
            Project(context, "value", [value], [NumKeyValueHeads, HeadDim]),
            Project(context, "attention_output", [NumQueryHeads, HeadDim], [query]));
    }

    private sealed class Module : HeadAttentionModule
    {
        private readonly int _shared;
        private readonly int _groups;
        private readonly int _keyDim;
        private readonly HeadProjection _query;
        private readonly HeadProjection _key;
        private readonly HeadProjection? _gate;
        private readonly HeadProjection _value;
        private readonly HeadProjection _output;

        internal Module(
            GroupedQueryAttention layer, HeadProjection query, HeadProjection key, HeadProjection? gate, HeadProjection value, HeadProjection output)
            : base(layer)
        {
            (_groups, _keyDim) = (layer.NumKeyValueHeads, layer.HeadDim);
            _shared = layer.NumQueryHeads / layer.NumKeyValueHeads;
            _query = Own("_query_dense", query);
            _key = Own("_key_dense", key);
            _gate = gate is null ? null : Own("_gate_dense", gate);
            _value = Own("_value_dense", value);
            _output = Own("_output_dense", output);
        }

        private protected override bool IsPlain => true;

        private protected override int KeyLength => _keyDim;

        private protected override (string Query, string Key, string Value) HeadsOnnx(OnnxGraph onnx, OnnxValue query, OnnxValue key, OnnxValue value)
        {
            return (onnx.Turn(_query.WriteOnnx(onnx, query).Name, 0, 2, 1, 3), Share(key, _key), Share(value, _value));

            string Share(OnnxValue x, HeadProjection projection)
            {
                var heads = onnx.Turn(projection.WriteOnnx(onnx, x).Name, 0, 2, 1, 3); // [batch, groups, positions, features]
                var shared = _shared == 1 ? heads : onnx.Add("Tile", [onnx.Unsqueeze(heads, 2), onnx.Whole(1, 1, _shared, 1, 1)]);
                return _shared == 1 ? heads
                    : onnx.Add("Reshape", [shared, onnx.Add("Concat", [onnx.Whole(0, _shared * _groups), onnx.ShapeOf(heads, 2, 4)], ("axis", 0L))]);
            }
        }

        private protected override string JoinOnnx(OnnxGraph onnx, string heads, OnnxValue query)
        {
            var found = onnx.Turn(heads, 0, 2, 1, 3); // [batch, queries, query heads, features]
            found = _gate is null ? found : onnx.Times(found, _gate.WriteOnnx(onnx, query).Name);
            return _output.WriteOnnx(onnx, new OnnxValue(found, new Spec(new Shape(null, null, null, null)))).Name;
        }

        private protected override (Tensor Query, Tensor Key, Tensor Value) Heads(Tensor query, Tensor key, Tensor value, Call call) => (
            _query.Call([query], [null], call)[0].transpose(1, 2),
            Share(_key.Call([key], [null], call)[0]),
            Share(_value.Call([value], [null], call)[0])); // [batch, query heads, positions, features]

        private protected override Tensor Widen(Tensor mask, Tensor query, Tensor key)
        {
            while (mask.dim() < 4)
            {
                mask = mask.unsqueeze(-3);
            }

            return mask;
        }

        private protected override Tensor Join(Tensor heads, Tensor query, Call call)
        {
            var found = heads.transpose(1, 2); // [batch, queries, query heads, features]
            return _output.Call([_gate is null ? found : found * _gate.Call([query], [null], call)[0]], [null], call)[0];
        }

        /// <summary>Gives every head of the query the head of its group.</summary>
        private Tensor Share(Tensor x)
        {
            var heads = x.transpose(1, 2); // [batch, groups, positions, features]
            return _shared == 1 ? heads : heads.unsqueeze(2).expand(-1, -1, _shared, -1, -1).flatten(1, 2);
        }
    }
}
