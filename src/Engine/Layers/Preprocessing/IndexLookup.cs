using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A layer that turns tokens into their places in a vocabulary, or back.</summary>
/// <remarks>
/// First in the vocabulary stands the token for what is missing (if there is one, and places are put out as they are), then those
/// for what is unknown, then the words. Source: Keras 3, <c>keras/src/layers/preprocessing/index_lookup.py</c>.
/// </remarks>
/// <typeparam name="T">What a token is: text, or a whole number.</typeparam>
public abstract record IndexLookup<T> : UnaryLayer, IHasVocabulary, IChecked
    where T : notnull
{
    /// <summary>How many tokens the vocabulary may have, those for what is missing or unknown included; null is any number.</summary>
    [AtLeast(2)]
    public int? MaxTokens { get; init; }

    /// <summary>How many places what is unknown is spread over by its hash; with 0, what is unknown is an error.</summary>
    [AtLeast(0)]
    public int NumOovIndices { get; init; } = 1;

    /// <summary>How much each token counts, for <c>tf_idf</c>; learned where the vocabulary is.</summary>
    public IReadOnlyList<double>? IdfWeights { get; init; }

    /// <summary>Whether places become tokens.</summary>
    public bool Invert { get; init; }

    /// <summary>What comes out for a token.</summary>
    public OutputMode OutputMode { get; init; } = OutputMode.Int;

    /// <summary>Whether rows have <c>max_tokens</c> places, however many the vocabulary has.</summary>
    public bool PadToMaxTokens { get; init; }

    /// <summary>The key of the hash that spreads what is unknown: one whole number, or two; null takes FarmHash.</summary>
    [OneOrMore]
    [WrittenWhereSet]
    public IReadOnlyList<long>? Salt { get; init; }

    /// <summary>How many tokens the vocabulary has, where only that is known.</summary>
    [AtLeast(0)]
    [WrittenWhereSet]
    public int? VocabularySize { get; init; }

    /// <inheritdoc/>
    [NotAnOption]
    public bool NeedsData => Terms is null;

    /// <inheritdoc/>
    [NotAnOption]
    public int? Size => Terms is null ? VocabularySize : TokensFrom + Words.Count;

    /// <inheritdoc/>
    [NotAnOption]
    public IReadOnlyList<float>? WordWeights
    {
        get
        {
            if (OutputMode != OutputMode.TfIdf || IdfWeights is not { Count: > 0 } given || Depth is not { } depth)
            {
                return null;
            }

            var weights = given.Select(weight => (float)weight).ToList();
            weights.InsertRange(0, Enumerable.Repeat(weights.Average(), Math.Max(0, Size!.Value - weights.Count)));
            weights.AddRange(Enumerable.Repeat(0f, (int)depth - weights.Count));
            return weights;
        }
    }

    /// <summary>The vocabulary as it was given, with the special tokens or without.</summary>
    private protected abstract IReadOnlyList<T>? Terms { get; }

    /// <summary>What is missing, as a list of one; empty where nothing is.</summary>
    private protected abstract IReadOnlyList<T> Mask { get; }

    /// <summary>The token for what is unknown, as a list of one; empty where there is none.</summary>
    private protected abstract IReadOnlyList<T> Unknown { get; }

    /// <summary>What tokens are in a tensor.</summary>
    private protected abstract DataType TokenType { get; }

    private int UnknownFrom => Mask.Count > 0 && OutputMode == OutputMode.Int ? 1 : 0;

    private int TokensFrom => UnknownFrom + NumOovIndices;

    private long? Depth => PadToMaxTokens ? MaxTokens : Size;

    /// <summary>The vocabulary without the special tokens.</summary>
    internal IReadOnlyList<T> Words
    {
        get
        {
            var special = Special();
            return Terms is not { } terms ? []
                : special is not null && terms.Take(special.Count).SequenceEqual(special) ? [.. terms.Skip(special.Count)]
                : terms;
        }
    }

    /// <inheritdoc/>
    public virtual IEnumerable<OptionMistake> FindMistakes()
    {
        if (PadToMaxTokens && MaxTokens is null)
        {
            yield return new OptionMistake("pad_to_max_tokens", "'pad_to_max_tokens' is true, and there is no 'max_tokens'.", "max_tokens: a whole number");
        }

        if (Invert && OutputMode != OutputMode.Int)
        {
            yield return new OptionMistake("output_mode", "With 'invert', tokens come out, so there is no other 'output_mode'.", "int");
        }

        if (IdfWeights is not null && OutputMode != OutputMode.TfIdf)
        {
            yield return new OptionMistake("idf_weights", "'idf_weights' go with output_mode: tf_idf.", "no 'idf_weights'");
        }

        foreach (var mistake in HashBins.Mistakes(Salt).Concat(Terms is { } terms ? FindMistakes(terms) : []))
        {
            yield return mistake;
        }
    }

    /// <inheritdoc/>
    public abstract Layer Assuming(int size);

    /// <inheritdoc/>
    public Layer Adapt(IEnumerable<Tensor> batches)
    {
        var count = new TokenCount<T>(OutputMode == OutputMode.TfIdf);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var tokens = Read(batch, out var shape);
            var examples = shape.Count == 0 ? 1 : (int)shape[0];
            var size = examples == 0 ? 0 : tokens.Length / examples;
            for (var i = 0; i < examples; i++)
            {
                count.Add(tokens.AsSpan(i * size, size));
            }
        }

        return Learned(count);
    }

    /// <summary>The same layer with the words that were counted, the most frequent first, of those as frequent the last in order.</summary>
    internal IndexLookup<T> Learned(TokenCount<T> count)
    {
        var words = count.Words(Mask.Concat(Unknown), Compare, MaxTokens - TokensFrom);
        return words.Count == 0 ? throw new ShapeException("learns its vocabulary from data, and finds no words in them")
            : WithWords(words, OutputMode == OutputMode.TfIdf ? [.. words.Select(word => (double)count.InverseFrequency(word))] : null);
    }

    /// <summary>The places of tokens.</summary>
    internal long[] Find(ReadOnlySpan<T> tokens, Dictionary<T, int> places)
    {
        var found = new long[tokens.Length];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = Mask.Count > 0 && Mask[0].Equals(tokens[i]) ? OutputMode == OutputMode.Int ? 0 : -1 // which has a place in no row
                : places.TryGetValue(tokens[i], out var place) ? place
                : NumOovIndices == 0 ? throw new DataException($"'{tokens[i]}' is not in the vocabulary, and num_oov_indices is 0, so nothing stands for what is unknown.")
                : UnknownFrom + (NumOovIndices == 1 ? 0 : BinOf(tokens[i]));
        }

        return found;
    }

    /// <summary>The place of every word.</summary>
    internal Dictionary<T, int> Places()
    {
        if (Terms is null)
        {
            throw new DataException($"{Catalog.NameOf(GetType())} has no vocabulary: it is given, or learned from the training data.");
        }

        var places = new Dictionary<T, int>();
        foreach (var word in Words)
        {
            places.Add(word, TokensFrom + places.Count);
        }

        return places;
    }

    /// <summary>What comes out for the places of tokens.</summary>
    internal Tensor Encode(Tensor places)
    {
        if (OutputMode != OutputMode.TfIdf)
        {
            return OutputMode.Encode(places, Depth ?? 0);
        }

        return OutputMode.Count.Encode(places, Depth!.Value) * tensor(WordWeights!.ToArray());
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        if (Invert)
        {
            return input.Type == DataType.String ? throw new ShapeException("turns places into tokens, but its input is text") : new Spec(input.Shape, TokenType);
        }

        return (input.Type == DataType.String) == (TokenType == DataType.String)
            ? OutputMode.Infer(input, Depth, DataType.Int64)
            : throw new ShapeException(TokenType == DataType.String
                ? $"takes text, but its input is {DataTypes.NameOf(input.Type)}"
                : "takes whole numbers, but its input is text");
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        if (Invert)
        {
            return new FunctionModule((x, _) => Write([.. HashBins.Whole(x).Select(TokenAt)], x.shape), WriteTokens);
        }

        var places = new Lazy<Dictionary<T, int>>(Places);
        return new FunctionModule((x, _) =>
        {
            var tokens = Read(x, out var shape);
            return Encode(tensor(Find(tokens, places.Value), [.. shape]));
        }, WritePlaces);
    }

    /// <summary>The tokens in a tensor, and its shape.</summary>
    private protected abstract T[] Read(Tensor x, out IReadOnlyList<long> shape);

    /// <summary>A tensor of tokens.</summary>
    private protected abstract Tensor Write(T[] tokens, long[] shape);

    /// <summary>Which of the places for what is unknown a token has.</summary>
    private protected abstract long BinOf(T token);

    /// <summary>Says in ONNX which of the places for what is unknown tokens have.</summary>
    private protected virtual string WriteBins(OnnxGraph onnx, string tokens) => throw HashBins.Refuse(onnx);

    /// <summary>The order of tokens.</summary>
    private protected abstract int Compare(T one, T other);

    /// <summary>The same layer with a vocabulary.</summary>
    private protected abstract IndexLookup<T> WithWords(IReadOnlyList<T> words, IReadOnlyList<double>? idfWeights);

    /// <summary>Says in ONNX what comes out for tokens.</summary>
    private string WritePlaces(OnnxGraph onnx, OnnxValue x)
    {
        const long NoWord = -2;
        if (NumOovIndices == 0)
        {
            throw onnx.Refuse("with num_oov_indices 0 what is unknown is an error, and ONNX has none");
        }

        var found = Places().Where(word => Mask.Count == 0 || !Mask[0].Equals(word.Key)).ToDictionary(word => word.Key, word => (long)word.Value);
        foreach (var mask in Mask)
        {
            found.Add(mask, OutputMode == OutputMode.Int ? 0 : -1);
        }

        var tokens = TokenType == DataType.String ? x.Name : onnx.Cast(x.Name, TokenType);
        var places = onnx.Find<T, long>(tokens, found, NumOovIndices == 1 ? UnknownFrom : NoWord);
        if (NumOovIndices > 1)
        {
            var bins = onnx.Plus(WriteBins(onnx, tokens), onnx.Whole(UnknownFrom));
            places = onnx.Add("Where", [onnx.Add("Equal", [places, onnx.Whole(NoWord)]), bins, places]);
        }

        return OutputMode switch
        {
            OutputMode.Int => places,
            OutputMode.TfIdf => onnx.Times(
                OutputMode.Count.WriteOnnx(onnx, places, x.Spec.Shape, Depth!.Value), onnx.Fixed("idf_weights", tensor(WordWeights!.ToArray()))),
            _ => OutputMode.WriteOnnx(onnx, places, x.Spec.Shape, Depth ?? 0),
        };
    }

    /// <summary>Says in ONNX the tokens at places.</summary>
    private string WriteTokens(OnnxGraph onnx, OnnxValue x)
    {
        if (Unknown.Count == 0)
        {
            throw onnx.Refuse("without an oov_token a place that is no token's is an error, and ONNX has none");
        }

        var tokens = Words.Index().ToDictionary(word => (long)TokensFrom + word.Index, word => word.Item);
        if (UnknownFrom == 1)
        {
            tokens.Add(0, Mask[0]);
        }

        return onnx.Find(onnx.Cast(x.Name, DataType.Int64), tokens, Unknown[0]);
    }

    private T TokenAt(long place) => place >= TokensFrom && place - TokensFrom < Words.Count ? Words[(int)place - TokensFrom]
        : place == 0 && UnknownFrom == 1 ? Mask[0]
        : Unknown.Count > 0 ? Unknown[0]
        : throw new DataException($"The place {place} is no token's, and there is no oov_token to stand for it.");

    /// <summary>The special tokens in order; null where one of them has no token.</summary>
    private List<T>? Special() => NumOovIndices > 0 && Unknown.Count == 0 ? null
        : [.. Mask.Take(UnknownFrom), .. Enumerable.Range(0, NumOovIndices).Select(_ => Unknown[0])];

    private IEnumerable<OptionMistake> FindMistakes(IReadOnlyList<T> terms)
    {
        var words = Words;
        if (terms.Count == 0)
        {
            yield return new OptionMistake("vocabulary", "The vocabulary is empty.", "at least one token");
        }

        if (words.GroupBy(word => word).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return new OptionMistake("vocabulary", $"The vocabulary has '{twice.Key}' twice.", "each token once");
        }

        if (Mask.Concat(Invert ? Unknown : []).FirstOrDefault(special => words.Contains(special)) is { } misplaced && Mask.Concat(Unknown).Any(words.Contains))
        {
            yield return new OptionMistake(
                "vocabulary", $"The vocabulary has the special token '{misplaced}' among its words.", "the words alone, or after all special tokens in their order");
        }

        if (MaxTokens < TokensFrom + words.Count)
        {
            yield return new OptionMistake("vocabulary", $"The vocabulary has {TokensFrom + words.Count} tokens, and max_tokens is {MaxTokens}.", $"at most {MaxTokens} tokens, with those for what is missing or unknown");
        }

        if (OutputMode == OutputMode.TfIdf && IdfWeights?.Count is var weights && weights != terms.Count && !(PadToMaxTokens && weights == MaxTokens))
        {
            yield return new OptionMistake(
                "idf_weights",
                weights is null ? "With output_mode: tf_idf, a vocabulary has 'idf_weights'." : $"There are {weights} idf_weights for {terms.Count} tokens.",
                "a number for each token of the vocabulary");
        }
    }
}
