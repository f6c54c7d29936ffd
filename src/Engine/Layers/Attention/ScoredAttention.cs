using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>What the attentions without heads share: every query takes the mean of the values, weighted by how its key scores.</summary>
public abstract record ScoredAttention : Layer
{
    /// <summary>The fraction of the weights that is set to zero while training.</summary>
    [Between(0, 1)]
    public double Dropout { get; init; }

    /// <summary>Starts the random numbers of the dropout; null takes the run's seed alone.</summary>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        var order = AttentionOrder.Of(inputs.Count, call, takesMask: false);
        order.Check(inputs);
        var (query, value, key) = (inputs[order.Query].Shape, inputs[order.Value].Shape, inputs[order.Key].Shape);
        if (query.Last != key.Last)
        {
            throw new ShapeException($"needs as many features in the query as in the key, but they are {query} and {key}");
        }

        var output = new Spec(query.WithLast(value.Last));
        return call.ReturnAttentionScores ? [output, new Spec(query.WithLast(key[-2]))] : [output];
    }
}

/// <summary>An attention without heads, made of tensors.</summary>
internal abstract class ScoredAttentionModule(ScoredAttention layer) : LayerModule
{
    private int _query;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount)
    {
        var all = new Tensor?[outputCount];
        all[0] = masks[_query];
        return all;
    }

    /// <summary>Says the scores in ONNX.</summary>
    private protected abstract string ScoresOnnx(OnnxGraph onnx, string query, string key);

    /// <summary>How well each key answers each query, <c>[batch, queries, keys]</c>.</summary>
    private protected abstract Tensor Scores(Tensor query, Tensor key, Call call);

    /// <inheritdoc/>
    internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
    {
        var order = AttentionOrder.Of(inputs.Count, options, takesMask: false);
        var (query, value) = (inputs[order.Query], inputs[order.Value]);
        if (query.Spec.Rank != 3)
        {
            throw onnx.Refuse("it looks over more than one axis");
        }

        var scores = ScoresOnnx(onnx, onnx.Float(query), onnx.Float(inputs[order.Key]));
        var seen = value.Mask is null ? null : onnx.Unsqueeze(value.Mask, 1); // [batch, 1, keys]
        seen = options.UseCausalMask ? AttentionOrder.And(onnx, seen, AttentionOrder.Causal(onnx, scores)) : seen;
        scores = seen is null ? scores : onnx.Add("Sub", [scores, onnx.Times(onnx.Cast(onnx.Add("Not", [seen]), DataType.Float32), 1e9)]);
        var weights = onnx.Add("Softmax", [scores], ("axis", -1L));
        var y = onnx.Add("MatMul", [weights, onnx.Float(value)]); // [batch, queries, features]
        y = query.Mask is null ? y : onnx.Times(y, onnx.Cast(onnx.Unsqueeze(query.Mask, 2), DataType.Float32));
        return options.ReturnAttentionScores ? [new OnnxOutput(y, query.Mask), weights] : [new OnnxOutput(y, query.Mask)];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var order = AttentionOrder.Of(inputs.Count, call.Options, takesMask: false);
        _query = order.Query;
        var scores = Scores(call.Cast(inputs[order.Query]), call.Cast(inputs[order.Key]), call);
        var seen = masks[order.Value]?.to_type(ScalarType.Bool);
        if (seen is not null)
        {
            seen = seen.view([seen.shape[0], .. Enumerable.Repeat(1L, (int)scores.dim() - 2), seen.shape[1]]); // [batch, 1, keys]
        }

        if (call.Options.UseCausalMask)
        {
            seen = AttentionOrder.And(seen, ones(scores.shape[^2], scores.shape[^1], ScalarType.Bool).tril());
        }

        if (seen is not null)
        {
            scores = scores - (seen.logical_not().to_type(scores.dtype) * (scores.dtype == ScalarType.Float16 ? 65504 : 1e9));
        }

        var weights = scores.softmax(-1);
        if (call.Training && layer.Dropout > 0)
        {
            weights = DropoutMask.Drop(weights, layer.Dropout, layer.Seed is { } seed ? call.Key.Derive(seed) : call.Key);
        }

        var y = weights.matmul(call.Cast(inputs[order.Value])); // [batch, queries, features]
        if (masks[order.Query] is { } asked)
        {
            y = y.masked_fill(asked.to_type(ScalarType.Bool).logical_not().view([.. asked.shape, .. Enumerable.Repeat(1L, (int)(y.dim() - asked.dim()))]), 0);
        }

        return call.Options.ReturnAttentionScores ? [y, weights] : [y];
    }
}
