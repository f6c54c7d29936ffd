using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Sorts pairs (or more) of values, text or whole numbers, into bins by the hash of them together.</summary>
/// <remarks>
/// Shape: several inputs, each <c>[batch]</c> or <c>[batch, 1]</c>, become one of the same shape; with <c>one_hot</c>, <c>[batch, num_bins]</c>.
/// Errors: fewer than two inputs, other shapes and fractions are refused.
/// Source: Keras 3, <c>keras.layers.HashedCrossing</c>; the hash is that of TensorFlow's <c>tf.sparse.cross_hashed</c>.
/// </remarks>
/// <example>HashedCrossing: { num_bins: 5, from: [a, b] }</example>
[KerasName("HashedCrossing")]
[RefusedOption("sparse", "sparse tensors are not supported")]
public sealed record HashedCrossing : Layer, ITakesText, IChecked
{
    private const ulong Key = 0xDECAFCAFFE; // TensorFlow's, where no other is said

    /// <summary>How many bins there are.</summary>
    [AtLeast(1)]
    public required int NumBins { get; init; }

    /// <summary>What comes out for a bin.</summary>
    public OutputMode OutputMode { get; init; } = OutputMode.Int;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => OutputMode.NeedOneOf(OutputMode.Int, OutputMode.OneHot);

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        if (inputs.Count < 2)
        {
            throw new ShapeException($"crosses at least two inputs, but was given {inputs.Count}");
        }

        foreach (var input in inputs)
        {
            if (input.Rank != inputs[0].Rank || input.Rank > 2 || (input.Rank == 2 && input.Shape[1] != 1))
            {
                throw new ShapeException($"takes inputs that are all [batch], or all [batch, 1], but they are {string.Join(", ", inputs)}");
            }

            if (input.Type.IsFloat())
            {
                throw new ShapeException($"crosses text and whole numbers, but an input is {DataTypes.NameOf(input.Type)}");
            }
        }

        return [OutputMode.Infer(inputs[0], NumBins, DataType.Int64)];
    }

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) =>
        new Module(OutputMode, NumBins, [.. inputs.Select(input => input.Type == DataType.String)]);

    private sealed class Module(OutputMode mode, int bins, bool[] isText) : LayerModule
    {
        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options) =>
            throw HashBins.Refuse(onnx);

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
        {
            var columns = inputs.Select((input, i) => isText[i]
                ? TextTensor.Decode(input).Values.Select(FarmHash.Of).ToArray()
                : Array.ConvertAll(HashBins.Whole(input), number => (ulong)number)).ToList();
            var crossed = new long[columns[0].Length];
            for (var i = 0; i < crossed.Length; i++)
            {
                crossed[i] = (long)(columns.Aggregate(Key, (hash, column) => FarmHash.Join(hash, column[i])) % (ulong)bins);
            }

            return [mode.Encode(tensor(crossed, isText[0] ? inputs[0].shape[..^1] : inputs[0].shape), bins)];
        }
    }
}
