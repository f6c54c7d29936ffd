using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Turns text into its places in a vocabulary, or places into text.</summary>
/// <remarks>
/// Shape: the output's is the input's; in the other modes <c>[batch, n]</c> becomes <c>[batch, tokens]</c>, of the vocabulary or of
/// <c>max_tokens</c>.
/// A vocabulary that is not given is learned from data: the most frequent tokens first.
/// Errors: an input that is no text is refused; with <c>num_oov_indices: 0</c> so is what the vocabulary does not have.
/// Source: Keras 3, <c>keras.layers.StringLookup</c>.
/// </remarks>
/// <example>StringLookup: { vocabulary: [red, green, blue] }</example>
[KerasName("StringLookup")]
[RefusedOption("sparse", "sparse tensors are not supported")]
[IgnoredOption("oov_method")]
[IgnoredOption("vocabulary_dtype")]
[IgnoredOption("has_input_vocabulary")]
public sealed record StringLookup : IndexLookup<string>, ITakesText
{
    /// <summary>The token for what is missing, at place 0; null is none.</summary>
    public string? MaskToken { get; init; }

    /// <summary>What unknown places become, with <c>invert</c>.</summary>
    public string? OovToken { get; init; } = "[UNK]";

    /// <summary>The tokens in order: a list, or the path of a text file with one a line.</summary>
    [Form<WordsForm>]
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>How text was written as bytes, which text here no longer is.</summary>
    public string Encoding { get; init; } = "utf-8";

    private protected override IReadOnlyList<string>? Terms => Vocabulary;

    private protected override IReadOnlyList<string> Mask => MaskToken is null ? [] : [MaskToken];

    private protected override IReadOnlyList<string> Unknown => OovToken is null ? [] : [OovToken];

    private protected override DataType TokenType => DataType.String;

    /// <inheritdoc/>
    public override Layer Assuming(int size) => this with { VocabularySize = size };

    private protected override string[] Read(Tensor x, out IReadOnlyList<long> shape)
    {
        var text = TextTensor.Decode(x);
        shape = text.Shape;
        return [.. text.Values];
    }

    private protected override Tensor Write(string[] tokens, long[] shape) => TextTensor.Encode(new TextArray(tokens, shape));

    private protected override long BinOf(string token) => HashBins.Of(token, NumOovIndices, Salt);

    /// <summary>By their bytes in UTF-8, as TensorFlow has them.</summary>
    private protected override int Compare(string one, string other) =>
        System.Text.Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other));

    private protected override IndexLookup<string> WithWords(IReadOnlyList<string> words, IReadOnlyList<double>? idfWeights) =>
        this with { Vocabulary = words, IdfWeights = idfWeights, VocabularySize = null };
}
