using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>Attention by a sum (Bahdanau's): the scores are <c>Σ scale · tanh(query + key)</c>, the output <c>softmax(scores)·value</c>.</summary>
/// <remarks>
/// Inputs: query, value and key (Keras's order); without a key the value is the key, and one input alone is all three.
/// Shape: <c>[batch, queries, features]</c> and <c>[batch, keys, features]</c> become <c>[batch, queries, features of the value]</c>; with
/// <c>return_attention_scores</c> the weights follow, <c>[batch, queries, keys]</c>.
/// Weights: <c>scale [features]</c> with <c>use_scale</c>.
/// Errors: query and key must have the same number of features, value and key the same length.
/// A mask of the value hides its positions, a mask of the query makes the output zero.
/// Source: Keras 3, <c>keras.layers.AdditiveAttention</c>; Bahdanau, Cho and Bengio (2014).
/// </remarks>
/// <example>AdditiveAttention: {}</example>
[KerasName("AdditiveAttention")]
[RefusedOption("causal", "it is said with the call, as 'use_causal_mask: true'")]
public sealed record AdditiveAttention : ScoredAttention
{
    /// <summary>Whether the features are weighted by a learned scale.</summary>
    public bool UseScale { get; init; } = true;

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var order = AttentionOrder.Of(inputs.Count, context.Call, takesMask: false);
        return new Module(this, UseScale ? context.Weight("scale", [inputs[order.Query].Shape.Last!.Value], new GlorotUniform()) : null);
    }

    private sealed class Module : ScoredAttentionModule
    {
        private readonly Weight? _scale;

        internal Module(AdditiveAttention layer, Weight? scale)
            : base(layer) => _scale = scale is null ? null : Own(scale);

        private protected override string ScoresOnnx(OnnxGraph onnx, string query, string key)
        {
            var sums = onnx.Add("Tanh", [onnx.Plus(onnx.Unsqueeze(query, 2), onnx.Unsqueeze(key, 1))]); // [batch, queries, keys, features]
            return _scale is null ? onnx.Sum(sums, keep: false, -1) : onnx.Add("MatMul", [sums, onnx.Weight(_scale)]);
        }

        private protected override Tensor Scores(Tensor query, Tensor key, Call call)
        {
            var sums = (query.unsqueeze(-2) + key.unsqueeze(-3)).tanh(); // [batch, queries, keys, features]
            return _scale is null ? sums.sum(-1) : sums.matmul(call.Cast(_scale.Value));
        }
    }
}
