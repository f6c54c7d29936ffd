using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Parts carved out of <c>train</c> at random: <c>{validation: 0.1, seed: 0}</c>; the same for every run unless the seed is changed.</summary>
/// <param name="Parts">The new splits, each a fraction of the examples.</param>
/// <param name="Seed">Decides which examples go where.</param>
[Form<SplitForm>]
public sealed record SplitOptions(IReadOnlyDictionary<string, double> Parts, long Seed = 0)
{
    /// <summary>How many examples each part gets; the others stay in <c>train</c>.</summary>
    /// <param name="examples">How many there are.</param>
    public IReadOnlyDictionary<string, long> Counts(long examples) =>
        Parts.ToDictionary(part => part.Key, part => (long)Math.Round(examples * part.Value, MidpointRounding.AwayFromZero), StringComparer.Ordinal);

    /// <summary>Which examples each part gets, and <c>train</c> keeps; each in the order of the data.</summary>
    /// <param name="examples">How many there are.</param>
    /// <exception cref="DataException">One of them would be empty.</exception>
    public IReadOnlyDictionary<string, long[]> Choose(long examples)
    {
        var order = new RandomKey((ulong)Seed).Derive("split").Permutation(examples);
        var (chosen, start) = (new Dictionary<string, long[]>(StringComparer.Ordinal), 0);
        foreach (var (name, count) in Counts(examples))
        {
            chosen[name] = [.. order[start..(start + (int)count)].Order()];
            start += (int)count;
        }

        chosen[DataSource.Train] = [.. order[start..].Order()];
        return chosen.FirstOrDefault(part => part.Value.Length == 0) is { Key: { } empty }
            ? throw new DataException($"The split leaves '{empty}' without examples: there are {examples}.")
            : chosen;
    }

    /// <summary>What is known of the splits once the parts are carved out.</summary>
    /// <param name="known">What is known before.</param>
    /// <exception cref="DataException">There is no <c>train</c>, or a part's name is taken.</exception>
    public DataDescription Describe(DataDescription known)
    {
        if (known.Splits is not { } splits)
        {
            return known;
        }

        Check(splits.Keys);
        var train = splits[DataSource.Train];
        var counts = train.Count is { } examples ? Counts(examples) : null;
        var carved = new Dictionary<string, SplitDescription>(splits, StringComparer.Ordinal)
        {
            [DataSource.Train] = train with { Count = train.Count - counts?.Values.Sum() },
        };
        foreach (var name in Parts.Keys)
        {
            carved[name] = train with { Count = counts?[name] };
        }

        return new DataDescription(carved);
    }

    /// <summary>Makes sure that the parts can be carved out of these splits.</summary>
    /// <exception cref="DataException">There is no <c>train</c>, or a part's name is taken.</exception>
    internal void Check(IEnumerable<string> splits)
    {
        var names = splits.ToHashSet(StringComparer.Ordinal);
        if (!names.Contains(DataSource.Train))
        {
            throw new DataException($"'split' carves parts out of 'train', but the splits are {string.Join(", ", names)}.");
        }

        if (Parts.Keys.FirstOrDefault(names.Contains) is { } taken)
        {
            throw new DataException($"'split' cannot make '{taken}': the data have a split of that name.");
        }
    }
}

/// <summary>Fractions by the names of splits, and perhaps a seed.</summary>
internal sealed class SplitForm : Form
{
    private const string SeedKey = "seed";
    private static readonly Form Fraction = Of(typeof(double));
    private static readonly Form WholeNumber = Of(typeof(long));

    public override string Expected => "a mapping from new splits to fractions of 'train', such as {validation: 0.1}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.Map(book.Number(isWhole: false, [new AtLeastAttribute(0)]));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not MappingNode mapping)
        {
            return reading.Mismatch(node, Expected);
        }

        var (parts, seed, read) = (new OrderedDictionary<string, double>(StringComparer.Ordinal), (object)0L, true);
        foreach (var entry in mapping.Entries)
        {
            if (entry.Name == SeedKey)
            {
                read &= WholeNumber.TryRead(entry.Value, reading.In(SeedKey), out var number);
                seed = number ?? seed;
            }
            else if (entry.Name is DataSource.Train or "" || entry.Name.Contains('.', StringComparison.Ordinal))
            {
                read = reading.Fail(entry.Key, $"'{entry.Name}' cannot be the name of a new split.", "a name without a dot, and not 'train', which keeps the rest");
            }
            else if (!Fraction.TryRead(entry.Value, reading.In(entry.Name), out var part))
            {
                read = false;
            }
            else if (part is not (> 0.0 and < 1.0))
            {
                read = reading.In(entry.Name).Fail(entry.Value, FormattableString.Invariant($"{entry.Name} is {part}, which is out of range."), "a fraction between 0 and 1");
            }
            else
            {
                parts[entry.Name] = (double)part;
            }
        }

        if (read && parts.Count == 0)
        {
            return reading.Fail(node, "The split makes no part.", Expected);
        }

        if (read && parts.Values.Sum() >= 1)
        {
            return reading.Fail(node, "The parts leave nothing for 'train'.", "fractions with a sum below 1");
        }

        value = new SplitOptions(parts, (long)seed);
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var (options, mapping) = ((SplitOptions)value!, source as MappingNode);
        return new MappingNode(
            [
                .. options.Parts.Select(part => Named(part.Key, Fraction.Write(part.Value, mapping?[part.Key], dialect))),
                Named(SeedKey, WholeNumber.Write(options.Seed, mapping?[SeedKey], dialect)),
            ],
            source?.At ?? SourceSpan.Nowhere);
    }

    private static Entry Named(string name, Node value) => new(new ScalarNode(name, quoted: false, SourceSpan.Nowhere), value);
}
