using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Turns whole numbers into their places in a vocabulary, or places into numbers.</summary>
/// <remarks>
/// Shape: the output's is the input's; in the other modes <c>[batch, n]</c> becomes <c>[batch, tokens]</c>, of the vocabulary or of
/// <c>max_tokens</c>.
/// A vocabulary that is not given is learned from data: the most frequent numbers first.
/// Errors: with <c>num_oov_indices: 0</c>, what the vocabulary does not have is refused.
/// Source: Keras 3, <c>keras.layers.IntegerLookup</c>.
/// </remarks>
/// <example>IntegerLookup: { vocabulary: [12, 36, 1138] }</example>
[KerasName("IntegerLookup")]
[RefusedOption("sparse", "sparse tensors are not supported")]
[IgnoredOption("has_input_vocabulary")]
public sealed record IntegerLookup : IndexLookup<long>
{
    /// <summary>The number for what is missing, at place 0; null is none.</summary>
    [KerasName("mask_token", "mask_value")]
    public long? MaskToken { get; init; }

    /// <summary>What unknown places become, with <c>invert</c>.</summary>
    [KerasName("oov_token", "oov_value")]
    public long? OovToken { get; init; } = -1;

    /// <summary>The numbers in order: a list, or the path of a text file with one a line.</summary>
    [Form<WholeNumbersForm>]
    public IReadOnlyList<long>? Vocabulary { get; init; }

    /// <summary>The type of the vocabulary's numbers.</summary>
    public WholeType VocabularyDtype { get; init; } = WholeType.Int64;

    /// <summary>What spreads unknown numbers over several places.</summary>
    [WrittenWhereSet]
    public OovMethod OovMethod { get; init; } = OovMethod.FloorMod;

    private protected override IReadOnlyList<long>? Terms => Vocabulary;

    private protected override IReadOnlyList<long> Mask => MaskToken is { } mask ? [mask] : [];

    private protected override IReadOnlyList<long> Unknown => OovToken is { } unknown ? [unknown] : [];

    private protected override DataType TokenType => DataType.Int64;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => Salt is null || OovMethod == OovMethod.FarmHash ? base.FindMistakes()
        : base.FindMistakes().Append(new OptionMistake("salt", "'salt' goes with oov_method: farmhash.", "no 'salt'"));

    /// <inheritdoc/>
    public override Layer Assuming(int size) => this with { VocabularySize = size };

    private protected override long[] Read(Tensor x, out IReadOnlyList<long> shape)
    {
        shape = x.shape;
        return HashBins.Whole(x);
    }

    private protected override Tensor Write(long[] tokens, long[] shape) => tensor(tokens, shape);

    private protected override long BinOf(long token) => OovMethod == OovMethod.FarmHash ? HashBins.Of(token, NumOovIndices, Salt)
        : ((token % NumOovIndices) + NumOovIndices) % NumOovIndices;

    private protected override string WriteBins(OnnxGraph onnx, string tokens) => OovMethod == OovMethod.FarmHash ? base.WriteBins(onnx, tokens)
        : onnx.Add("Mod", [tokens, onnx.Whole(NumOovIndices)]); // of the sign of the divisor

    private protected override int Compare(long one, long other) => one.CompareTo(other);

    private protected override IndexLookup<long> WithWords(IReadOnlyList<long> words, IReadOnlyList<double>? idfWeights) =>
        this with { Vocabulary = words, IdfWeights = idfWeights, VocabularySize = null };
}

/// <summary>What spreads unknown numbers over several places.</summary>
public enum OovMethod
{
    /// <summary>The remainder of the number.</summary>
    [KerasName("floormod")]
    FloorMod,

    /// <summary>The hash of its digits.</summary>
    [KerasName("farmhash")]
    FarmHash,
}

/// <summary>The types that a vocabulary of numbers may have.</summary>
public enum WholeType
{
    /// <summary>64-bit integer.</summary>
    Int64,
}
