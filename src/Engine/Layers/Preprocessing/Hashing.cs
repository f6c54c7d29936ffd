using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Sorts text or whole numbers into bins by their hash: no vocabulary, and now and then two values in one bin.</summary>
/// <remarks>
/// Shape: the output's is the input's; in the other modes <c>[batch, n]</c> becomes <c>[batch, num_bins]</c>.
/// Without a salt the hash is FarmHash64, with one it is SipHash; both are TensorFlow's, bin for bin. A number is hashed as its digits,
/// and loses its fraction before.
/// Source: Keras 3, <c>keras.layers.Hashing</c>.
/// </remarks>
/// <example>Hashing: { num_bins: 3 }</example>
[KerasName("Hashing")]
[RefusedOption("sparse", "sparse tensors are not supported")]
public sealed record Hashing : UnaryLayer, ITakesText, IChecked
{
    /// <summary>How many bins there are, the one for <c>mask_value</c> included.</summary>
    [AtLeast(1)]
    public required int NumBins { get; init; }

    /// <summary>The value that has bin 0 for itself; null is none.</summary>
    public Token? MaskValue { get; init; }

    /// <summary>The key of the hash: one whole number, or two.</summary>
    [OneOrMore]
    public IReadOnlyList<long>? Salt { get; init; }

    /// <summary>What comes out for a bin.</summary>
    public OutputMode OutputMode { get; init; } = OutputMode.Int;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() =>
        HashBins.Mistakes(Salt).Concat(OutputMode.NeedOneOf(OutputMode.Int, OutputMode.OneHot, OutputMode.MultiHot, OutputMode.Count));

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => OutputMode.Infer(input, NumBins, DataType.Int64);

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var isText = input.Type == DataType.String;
        var masked = NumBins > 1 ? MaskValue?.Text : null;
        var first = masked is null ? 0 : 1;
        return new FunctionModule((x, _) =>
        {
            var texts = HashBins.Texts(x, isText);
            var bins = texts.Values.Select(text => text == masked ? 0 : first + HashBins.Of(text, NumBins - first, Salt)).ToArray();
            return OutputMode.Encode(tensor(bins, [.. texts.Shape]), NumBins);
        }, (onnx, _) => throw HashBins.Refuse(onnx));
    }
}
