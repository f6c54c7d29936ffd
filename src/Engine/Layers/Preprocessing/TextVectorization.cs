using System.Buffers;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Splits text into words and turns them into their places in a vocabulary.</summary>
/// <remarks>
/// Shape: <c>[batch]</c> or <c>[batch, 1]</c> becomes <c>[batch, words]</c>, filled up with 0 to <c>output_sequence_length</c>, or to the
/// longest of the batch; in the other modes it becomes <c>[batch, tokens]</c>, of the vocabulary or of <c>max_tokens</c>.
/// Place 0 is padding and place 1 is what the vocabulary does not have; in the other modes there is no padding.
/// A vocabulary that is not given is learned from data: the most frequent words first.
/// Only letters of ASCII are lowered, and only its punctuation is stripped, as TensorFlow does.
/// Errors: an input that is no text, and with <c>split</c> one of several texts an example, is refused.
/// Source: Keras 3, <c>keras.layers.TextVectorization</c>.
/// </remarks>
/// <example>TextVectorization: { vocabulary: [the, cat, sat], output_sequence_length: 8 }</example>
[KerasName("TextVectorization")]
[RefusedOption("sparse", "sparse tensors are not supported")]
[RefusedOption("ragged", "ragged tensors are not supported")]
[IgnoredOption("has_input_vocabulary")]
public sealed record TextVectorization : UnaryLayer, IHasVocabulary, ITakesText, IChecked
{
    private static readonly SearchValues<char> Punctuation = SearchValues.Create("!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'");
    private static readonly char[] Spaces = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>How many tokens the vocabulary may have, those for padding and for what is unknown included; null is any number.</summary>
    [AtLeast(2)]
    public int? MaxTokens { get; init; }

    /// <summary>What is done to a text before it is split; null is nothing.</summary>
    public Standardize? Standardize { get; init; } = Preprocessing.Standardize.LowerAndStripPunctuation;

    /// <summary>What separates words; null takes each text as one.</summary>
    public TextSplit? Split { get; init; } = TextSplit.Whitespace;

    /// <summary>Makes tokens of neighbouring words too: up to this many, or of the lengths of a list.</summary>
    public Ngrams? Ngrams { get; init; }

    /// <summary>What comes out for the words.</summary>
    public OutputMode OutputMode { get; init; } = OutputMode.Int;

    /// <summary>How many words come out for each text, cut off or filled up with 0; null is as many as the longest text of the batch has.</summary>
    [AtLeast(1)]
    public int? OutputSequenceLength { get; init; }

    /// <summary>Whether rows have <c>max_tokens</c> places, however many the vocabulary has.</summary>
    public bool PadToMaxTokens { get; init; }

    /// <summary>The words in order: a list, or the path of a text file with one a line.</summary>
    [Form<WordsForm>]
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>How much each word counts, for <c>tf_idf</c>; learned where the vocabulary is.</summary>
    public IReadOnlyList<double>? IdfWeights { get; init; }

    /// <summary>How text was written as bytes, which text here no longer is.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>How many tokens the vocabulary has, where only that is known.</summary>
    [AtLeast(0)]
    [WrittenWhereSet]
    public int? VocabularySize { get; init; }

    /// <inheritdoc/>
    [NotAnOption]
    public bool NeedsData => Lookup.NeedsData;

    /// <inheritdoc/>
    [NotAnOption]
    public int? Size => Lookup.Size;

    /// <inheritdoc/>
    [NotAnOption]
    public IReadOnlyList<float>? WordWeights => Lookup.WordWeights;

    private StringLookup Lookup => new()
    {
        MaxTokens = MaxTokens,
        MaskToken = "",
        OutputMode = OutputMode,
        PadToMaxTokens = PadToMaxTokens,
        Vocabulary = Vocabulary,
        IdfWeights = IdfWeights,
        VocabularySize = VocabularySize,
    };

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (OutputSequenceLength is not null && OutputMode != OutputMode.Int)
        {
            yield return new OptionMistake("output_sequence_length", "'output_sequence_length' goes with output_mode: int.", "no 'output_sequence_length'");
        }

        foreach (var mistake in Lookup.FindMistakes())
        {
            yield return mistake;
        }
    }

    /// <inheritdoc/>
    public Layer Assuming(int size) => this with { VocabularySize = size };

    /// <inheritdoc/>
    public Layer Adapt(IEnumerable<Tensor> batches)
    {
        var count = new TokenCount<string>(OutputMode == OutputMode.TfIdf);
        foreach (var batch in batches)
        {
            foreach (var tokens in Tokens(TextTensor.Decode(batch)))
            {
                count.Add(tokens.ToArray());
            }
        }

        var learned = (StringLookup)Lookup.Learned(count);
        return this with { Vocabulary = learned.Vocabulary, IdfWeights = learned.IdfWeights, VocabularySize = null };
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        if (input.Type != DataType.String)
        {
            throw new ShapeException($"takes text, but its input is {DataTypes.NameOf(input.Type)}");
        }

        if (input.Rank > 2 || (Split is not null && input.Rank == 2 && input.Shape[1] != 1))
        {
            throw new ShapeException($"takes {(Split is null ? "[batch, texts]" : "one text an example")}, but its input is {input}");
        }

        var texts = new Spec(new Shape(input.Shape[0], OutputSequenceLength ?? (Split is null && Ngrams is null ? input.Rank == 2 ? input.Shape[1] : 1 : null)), DataType.String);
        return Lookup.Infer([texts], CallOptions.None)[0];
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var (lookup, length) = (Lookup, OutputSequenceLength);
        var places = new Lazy<Dictionary<string, int>>(lookup.Places);
        return new FunctionModule((x, _) =>
        {
            var texts = Tokens(TextTensor.Decode(x)).ConvertAll(tokens => lookup.Find(tokens.ToArray(), places.Value));
            var longest = length ?? texts.Select(found => found.Length).DefaultIfEmpty(0).Max();
            var rows = new long[texts.Count * longest];
            Array.Fill(rows, lookup.OutputMode == OutputMode.Int ? 0 : -1); // -1 has a place in no row
            for (var i = 0; i < texts.Count; i++)
            {
                Array.Copy(texts[i], 0, rows, i * longest, Math.Min(texts[i].Length, longest));
            }

            return lookup.Encode(tensor(rows, [texts.Count, longest]));
        }, (onnx, _) => throw onnx.Refuse("it splits text, for which opset 17 has no operators"));
    }

    /// <summary>The tokens of each example.</summary>
    private List<List<string>> Tokens(TextArray texts)
    {
        var each = texts.Shape.Count > 1 ? (int)texts.Shape[1] : 1; // texts an example
        return [.. texts.Values.Chunk(Math.Max(each, 1)).Select(example =>
        {
            var words = example.Select(Standardized).SelectMany(Words).ToList();
            return Ngrams is null ? words : Ngrams.Of(words);
        })];
    }

    private IEnumerable<string> Words(string text) => Split switch
    {
        TextSplit.Whitespace => text.Split(Spaces, StringSplitOptions.RemoveEmptyEntries),
        TextSplit.Character => text.EnumerateRunes().Select(rune => rune.ToString()),
        _ => [text],
    };

    private string Standardized(string text)
    {
        var lowered = Standardize is Preprocessing.Standardize.Lower or Preprocessing.Standardize.LowerAndStripPunctuation ? Lowered(text) : text;
        if (Standardize is null or Preprocessing.Standardize.Lower || lowered.AsSpan().IndexOfAny(Punctuation) < 0)
        {
            return lowered;
        }

        var kept = new StringBuilder(lowered.Length);
        foreach (var letter in lowered.Where(letter => !Punctuation.Contains(letter)))
        {
            kept.Append(letter);
        }

        return kept.ToString();
    }

    private static string Lowered(string text) => string.Create(text.Length, text, static (room, from) =>
    {
        for (var i = 0; i < room.Length; i++)
        {
            room[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });
}

/// <summary>What is done to a text before it is split.</summary>
public enum Standardize
{
    /// <summary>Capitals become small letters, and punctuation goes.</summary>
    LowerAndStripPunctuation,

    /// <summary>Capitals become small letters.</summary>
    Lower,

    /// <summary>Punctuation goes.</summary>
    StripPunctuation,
}

/// <summary>What separates words.</summary>
public enum TextSplit
{
    /// <summary>Spaces, tabs and ends of lines.</summary>
    Whitespace,

    /// <summary>Nothing: each letter is a word.</summary>
    Character,
}
