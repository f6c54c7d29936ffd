using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>
/// Attention by a dot product (Luong's): <c>softmax(query·keyᵀ)·value</c>; with <c>score_mode: concat</c> the scores are
/// <c>Σ tanh(query + key)</c> instead.
/// </summary>
/// <remarks>
/// Inputs: query, value and key (Keras's order); without a key the value is the key, and one input alone is all three.
/// Shape: <c>[batch, queries, features]</c> and <c>[batch, keys, features]</c> become <c>[batch, queries, features of the value]</c>; with
/// <c>return_attention_scores</c> the weights follow, <c>[batch, queries, keys]</c>.
/// Weights: <c>scale []</c> with <c>use_scale</c>, <c>concat_score_weight []</c> with <c>score_mode: concat</c>.
/// Errors: query and key must have the same number of features, value and key the same length.
/// A mask of the value hides its positions, a mask of the query makes the output zero.
/// Source: Keras 3, <c>keras.layers.Attention</c>; Luong, Pham and Manning (2015).
/// </remarks>
/// <example>Attention: { use_scale: true }</example>
[KerasName("Attention")]
[RefusedOption("causal", "it is said with the call, as 'use_causal_mask: true'")]
public sealed record Attention : ScoredAttention
{
    /// <summary>Whether the scores are multiplied by a learned number.</summary>
    public bool UseScale { get; init; }

    /// <summary>How a query and a key make a score.</summary>
    public ScoreMode ScoreMode { get; init; } = ScoreMode.Dot;

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => new Module(
        this,
        UseScale ? context.Weight("scale", [], new Ones()) : null,
        ScoreMode == ScoreMode.Concat ? context.Weight("concat_score_weight", [], new Ones()) : null);

    private sealed class Module : ScoredAttentionModule
    {
        private readonly Weight? _scale;
        private readonly Weight? _concat;

        internal Module(Attention layer, Weight? scale, Weight? concat)
            : base(layer)
        {
            _scale = scale is null ? null : Own(scale);
            _concat = concat is null ? null : Own(concat);
        }

        private protected override string ScoresOnnx(OnnxGraph onnx, string query, string key)
        {
            if (_concat is null)
            {
                var scores = onnx.Add("MatMul", [query, onnx.Turn(key, 0, 2, 1)]);
                return _scale is null ? scores : onnx.Times(scores, onnx.Weight(_scale));
            }

            var sums = onnx.Plus(onnx.Unsqueeze(query, 2), onnx.Unsqueeze(key, 1)); // [batch, queries, keys, features]
            sums = onnx.Add("Tanh", [_scale is null ? sums : onnx.Times(sums, onnx.Weight(_scale))]);
            return onnx.Times(onnx.Sum(sums, keep: false, -1), onnx.Weight(_concat));
        }

        private protected override Tensor Scores(Tensor query, Tensor key, Call call)
        {
            if (_concat is null)
            {
                var scores = query.matmul(key.transpose(-1, -2));
                return _scale is null ? scores : scores * call.Cast(_scale.Value);
            }

            var sums = query.unsqueeze(-2) + key.unsqueeze(-3); // [batch, queries, keys, features]
            return (_scale is null ? sums : sums * call.Cast(_scale.Value)).tanh().sum(-1) * call.Cast(_concat.Value);
        }
    }
}

/// <summary>How a query and a key make a score.</summary>
public enum ScoreMode
{
    /// <summary>Their dot product.</summary>
    Dot,

    /// <summary>The sum of <c>tanh(query + key)</c>, times a learned number.</summary>
    Concat,
}
