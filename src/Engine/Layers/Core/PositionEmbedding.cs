using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>A learned vector for each position of a sequence: what an attention layer needs to know an order. Put out, not added.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, …, time, features]</c>; only the input's shape is looked at.
/// Weights: <c>embeddings [sequence_length, features]</c>.
/// Errors: a sequence longer than <c>sequence_length</c>.
/// Source: KerasHub, <c>keras_hub.layers.PositionEmbedding</c>.
/// </remarks>
/// <example>PositionEmbedding: { sequence_length: 128 }</example>
[KerasName("PositionEmbedding")]
public sealed record PositionEmbedding : UnaryLayer
{
    /// <summary>The greatest length of a sequence.</summary>
    [AtLeast(1)]
    public required int SequenceLength { get; init; }

    /// <summary>Makes the start values of the vectors.</summary>
    public Initializer Initializer { get; init; } = new GlorotUniform();

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedRank(2).NeedAxis(-1, "the number of features");
        return input.Shape[-2] > SequenceLength
            ? throw new ShapeException($"has vectors for {SequenceLength} positions, but its input is {input.Shape}")
            : new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) =>
        new Module(context.Weight("embeddings", [SequenceLength, input.Shape.Last!.Value], Initializer));

    private sealed class Module : UnaryModule
    {
        private readonly Weight _embeddings;

        internal Module(Weight embeddings) => _embeddings = Own(embeddings);

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var shape = onnx.ShapeOf(x.Name);
            var length = onnx.Slice(shape, 0, x.Spec.Rank - 2, x.Spec.Rank - 1);
            var rows = onnx.Add("Slice", [onnx.Weight(_embeddings), onnx.Whole(0), length, onnx.Whole(0)]);
            return onnx.Add("Expand", [rows, shape]);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var (length, most) = (x.shape[^2], _embeddings.Shape[0]);
            return length <= most ? call.Cast(_embeddings.Value).narrow(0, 0, length).expand(x.shape) // [batch, …, time, features]
                : throw new InvalidOperationException($"{_embeddings.Path} has vectors for {most} positions, but a sequence has {length}.");
        }
    }
}
