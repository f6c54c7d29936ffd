using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>
/// An Embedding that also goes backwards: called with <c>reverse: true</c> it turns vectors into a score for each number,
/// <c>x·embeddingsᵀ</c>.
/// </summary>
/// <remarks>
/// Shape: <c>[batch, …]</c> becomes <c>[batch, …, output_dim]</c>; in reverse <c>[batch, …, output_dim]</c> becomes
/// <c>[batch, …, input_dim]</c>.
/// Weights: <c>embeddings [input_dim, output_dim]</c>; without <c>tie_weights</c> also <c>reverse_embeddings [output_dim, input_dim]</c>.
/// Masks: with <c>mask_zero</c>, positions that hold 0 do not count; in reverse there is no mask.
/// Source: Keras 3, <c>keras.layers.ReversibleEmbedding</c>.
/// </remarks>
/// <example>ReversibleEmbedding: { input_dim: 1000, output_dim: 16 }</example>
[KerasName("ReversibleEmbedding")]
[RefusedOption("weights", "weights come from files")]
[RefusedOption("lora_rank", "low-rank adaptation is not supported")]
[RefusedOption("lora_alpha", "low-rank adaptation is not supported")]
[RefusedOption("quantization_config", "quantized layers are not supported")]
public sealed record ReversibleEmbedding : Layer
{
    /// <summary>How many numbers there are: the greatest, plus 1.</summary>
    [AtLeast(1)]
    public required int InputDim { get; init; }

    /// <summary>Length of a vector.</summary>
    [AtLeast(1)]
    public required int OutputDim { get; init; }

    /// <summary>Whether both directions share their weights.</summary>
    public bool TieWeights { get; init; } = true;

    /// <summary>Makes the start values of the vectors.</summary>
    public Initializer EmbeddingsInitializer { get; init; } = new RandomUniform();

    /// <summary>Penalty on the vectors.</summary>
    public Regularizer? EmbeddingsRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the vectors obey after every step.</summary>
    public Constraint? EmbeddingsConstraint { get; init; }

    /// <summary>Whether 0 is no number but padding.</summary>
    public bool MaskZero { get; init; }

    /// <summary>The type to compute in when reversed; null is the layer's.</summary>
    public DtypePolicy? ReverseDtype { get; init; }

    /// <summary>The size that scores approach but do not exceed: <c>cap · tanh(score / cap)</c>; null is no limit.</summary>
    [Above(0)]
    public double? LogitSoftCap { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        if (inputs is not [var input])
        {
            throw new ShapeException($"takes one input, but was given {inputs.Count}");
        }

        return !call.Reverse ? [new Spec(new Shape([.. input.Shape, OutputDim]))]
            : input.Shape.Last == OutputDim ? [new Spec(input.Shape.WithLast(InputDim))]
            : throw new ShapeException($"expected vectors of length {OutputDim} to reverse, but its input is {input.Shape}");
    }

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => new Module(
        this,
        context.Weight("embeddings", [InputDim, OutputDim], EmbeddingsInitializer, EmbeddingsRegularizer, EmbeddingsConstraint),
        TieWeights ? null : context.Weight("reverse_embeddings", [OutputDim, InputDim], EmbeddingsInitializer));

    private sealed class Module : LayerModule
    {
        private readonly ReversibleEmbedding _layer;
        private readonly Weight _embeddings;
        private readonly Weight? _reverse;
        private Tensor? _counts;

        internal Module(ReversibleEmbedding layer, Weight embeddings, Weight? reverse)
        {
            _layer = layer;
            _embeddings = Own(embeddings);
            _reverse = reverse is null ? null : Own(reverse);
        }

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) => [_counts];

        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
        {
            var x = inputs[0];
            if (!options.Reverse)
            {
                var mask = _layer.MaskZero ? onnx.Add("Not", [onnx.Add("Equal", [onnx.Float(x), onnx.Number(0)])]) : null;
                return [new OnnxOutput(EmbeddingTable.WriteOnnx(onnx, _embeddings, x), mask)];
            }

            var kernel = _reverse is null ? onnx.Constant(_embeddings.Path + "/reverse", _embeddings.Value.t()) : onnx.Weight(_reverse);
            var scores = onnx.Add("MatMul", [onnx.Float(x), kernel]);
            return [_layer.LogitSoftCap is { } cap ? onnx.Times(onnx.Add("Tanh", [onnx.Times(scores, 1 / cap)]), cap) : scores];
        }

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
        {
            _counts = _layer.MaskZero && !call.Options.Reverse ? inputs[0].ne(0) : null;
            return [call.Options.Reverse ? Scores(inputs[0], call) : call.Cast(EmbeddingTable.Rows(_embeddings.Value, inputs[0]))];
        }

        private Tensor Scores(Tensor x, Call call)
        {
            var type = _layer.ReverseDtype?.Compute.ToTorch() ?? call.Compute;
            var scores = x.to_type(type).matmul((_reverse?.Value ?? _embeddings.Value.t()).to_type(type)); // [batch, …, input_dim]
            return _layer.LogitSoftCap is { } cap ? (scores / cap).tanh() * cap : scores;
        }
    }
}
