using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>The sum of a learned vector for each token and one for its position.</summary>
/// <remarks>
/// Shape: <c>[batch, time]</c> becomes <c>[batch, time, embedding_dim]</c>.
/// Weights: those of <c>token_embedding</c>, a ReversibleEmbedding, then those of <c>position_embedding</c>, a PositionEmbedding.
/// Masks: with <c>mask_zero</c>, positions that hold 0 do not count.
/// Errors: a sequence longer than <c>sequence_length</c>.
/// Source: KerasHub, <c>keras_hub.layers.TokenAndPositionEmbedding</c>.
/// </remarks>
/// <example>TokenAndPositionEmbedding: { vocabulary_size: 1000, sequence_length: 128, embedding_dim: 32 }</example>
[KerasName("TokenAndPositionEmbedding")]
public sealed record TokenAndPositionEmbedding : UnaryLayer
{
    /// <summary>How many tokens there are.</summary>
    [AtLeast(1)]
    public required int VocabularySize { get; init; }

    /// <summary>The greatest length of a sequence.</summary>
    [AtLeast(1)]
    public required int SequenceLength { get; init; }

    /// <summary>Length of a vector.</summary>
    [AtLeast(1)]
    public required int EmbeddingDim { get; init; }

    /// <summary>Whether the token embedding would use the same weights in reverse.</summary>
    public bool TieWeights { get; init; } = true;

    /// <summary>Makes the start values of both embeddings.</summary>
    public Initializer EmbeddingsInitializer { get; init; } = new RandomUniform();

    /// <summary>Whether 0 is no token but padding.</summary>
    public bool MaskZero { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskZero ? MaskRule.Makes : MaskRule.Drops;

    private ReversibleEmbedding Tokens => new()
    {
        InputDim = VocabularySize, OutputDim = EmbeddingDim, TieWeights = TieWeights, EmbeddingsInitializer = EmbeddingsInitializer,
    };

    private PositionEmbedding Positions => new() { SequenceLength = SequenceLength, Initializer = EmbeddingsInitializer };

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => Positions.Infer(Tokens.Infer([input], CallOptions.None), CallOptions.None)[0];

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(
        Tokens.Build([input], context.In("token_embedding")),
        Positions.Build(Tokens.Infer([input], CallOptions.None), context.In("position_embedding")));

    private sealed class Module : UnaryModule
    {
        private readonly LayerModule _tokens;
        private readonly LayerModule _positions;

        internal Module(LayerModule tokens, LayerModule positions)
        {
            _tokens = Own("token_embedding", tokens);
            _positions = Own("position_embedding", positions);
        }

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) => [inputs[0].ne(0)];

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var tokens = _tokens.WriteOnnx(onnx, [x], CallOptions.None)[0].Name;
            var spec = _tokens.Definition!.Infer([x.Spec], CallOptions.None)[0];
            var positions = _positions.WriteOnnx(onnx, [new OnnxValue(tokens, spec)], CallOptions.None)[0].Name;
            return new OnnxOutput(onnx.Plus(tokens, positions), onnx.Add("Not", [onnx.Add("Equal", [onnx.Float(x), onnx.Number(0)])]));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var tokens = call.CallPart(_tokens, "token_embedding", [x], [null]);
            return tokens[0] + call.CallPart(_positions, "position_embedding", tokens, [null])[0]; // [batch, time, embedding_dim]
        }
    }
}
