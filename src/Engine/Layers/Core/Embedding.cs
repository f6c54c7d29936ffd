using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>Gives each whole number below <c>input_dim</c> a vector of its own, that is learned.</summary>
/// <remarks>
/// Shape: <c>[batch, …]</c> becomes <c>[batch, …, output_dim]</c>.
/// Weights: <c>embeddings [input_dim, output_dim]</c>.
/// Masks: with <c>mask_zero</c>, positions that hold 0 do not count.
/// Source: Keras 3, <c>keras.layers.Embedding</c>.
/// </remarks>
/// <example>Embedding: { input_dim: 1000, output_dim: 16, mask_zero: true }</example>
[KerasName("Embedding")]
[IgnoredOption("input_length")]
[RefusedOption("weights", "weights come from files")]
[RefusedOption("lora_rank", "low-rank adaptation is not supported")]
[RefusedOption("lora_alpha", "low-rank adaptation is not supported")]
[RefusedOption("quantization_config", "quantized layers are not supported")]
public sealed record Embedding : UnaryLayer
{
    /// <summary>How many numbers there are: the greatest, plus 1.</summary>
    [AtLeast(1)]
    public required int InputDim { get; init; }

    /// <summary>Length of a vector.</summary>
    [AtLeast(1)]
    public required int OutputDim { get; init; }

    /// <summary>Makes the start values of the vectors.</summary>
    [OldName("init")]
    public Initializer EmbeddingsInitializer { get; init; } = new RandomUniform();

    /// <summary>Penalty on the vectors.</summary>
    [OldName("W_regularizer")]
    public Regularizer? EmbeddingsRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the vectors obey after every step.</summary>
    [OldName("W_constraint")]
    public Constraint? EmbeddingsConstraint { get; init; }

    /// <summary>Whether 0 is no number but padding.</summary>
    public bool MaskZero { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskZero ? MaskRule.Makes : MaskRule.Drops;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => new(new Shape([.. input.Shape, OutputDim]));

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) =>
        new Module(context.Weight("embeddings", [InputDim, OutputDim], EmbeddingsInitializer, EmbeddingsRegularizer, EmbeddingsConstraint));

    private sealed class Module : UnaryModule
    {
        private readonly Weight _embeddings;

        internal Module(Weight embeddings) => _embeddings = Own(embeddings);

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) => [inputs[0].ne(0)];

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var rows = EmbeddingTable.WriteOnnx(onnx, _embeddings, x);
            return new OnnxOutput(rows, onnx.Add("Not", [onnx.Add("Equal", [onnx.Float(x), onnx.Number(0)])]));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call) => call.Cast(EmbeddingTable.Rows(_embeddings.Value, x));
    }
}
