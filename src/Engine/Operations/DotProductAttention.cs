using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Attention of several heads: <c>softmax(scale · query·keyᵀ + bias)·value</c>, each <c>[batch, time, heads, size]</c>.</summary>
[KerasName("DotProductAttention"), KerasModule("nn")]
[IgnoredOption("flash_attention")]
[RefusedOption("attn_logits_soft_cap", "Keras computes it on other machines only")]
internal sealed record DotProductAttentionOperation : Operation
{
    /// <summary>Whether no place sees a later one.</summary>
    public bool IsCausal { get; init; }

    internal override string[] Parameters => ["query", "key", "value", "bias", "mask", "scale"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (query, key, value) = (given.Tensor("query").NeedExactRank(4), given.Tensor("key").NeedExactRank(4), given.Tensor("value").NeedExactRank(4));
        return [new Spec(query.Shape.WithLast(value.Shape[-1]), Broadcast.Types([query.Type, key.Type, value.Type]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var query = given.Tensor("query").transpose(1, 2); // [batch, heads, time, size]
        var (key, value) = (given.Tensor("key").transpose(1, 2), given.Tensor("value").transpose(1, 2));
        var scores = query.matmul(key.transpose(-1, -2)) * Constants.NumberOf(given, "scale", 1 / Math.Sqrt(query.shape[^1])); // [batch, heads, time, places]
        if (Constants.MaybeTensorOf(given, "bias") is { } bias)
        {
            scores = scores + bias;
        }

        if (Constants.MaybeTensorOf(given, "mask") is { } mask)
        {
            scores = scores.masked_fill(mask.to_type(ScalarType.Bool).logical_not(), Least);
        }

        if (IsCausal)
        {
            scores = scores.masked_fill(ones([scores.shape[^2], scores.shape[^1]], ScalarType.Bool).tril().logical_not(), Least);
        }

        return [scores.softmax(-1).matmul(value).transpose(1, 2)];
    }

    private const float Least = -0.7f * float.MaxValue;
}
