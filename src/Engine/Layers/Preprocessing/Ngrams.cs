using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>How many neighbouring words make a token: a number for all lengths up to it, or a list of lengths.</summary>
/// <param name="UpTo">The greatest length; null where the lengths are listed.</param>
/// <param name="Listed">The lengths; null where there is a greatest.</param>
[Form<NgramsForm>]
public sealed record Ngrams(int? UpTo, IReadOnlyList<int>? Listed)
{
    /// <summary>The tokens that words make, the shorter first.</summary>
    internal List<string> Of(IReadOnlyList<string> words)
    {
        var tokens = new List<string>();
        foreach (var length in Listed ?? Enumerable.Range(1, UpTo!.Value))
        {
            for (var i = 0; i + length <= words.Count; i++)
            {
                tokens.Add(length == 1 ? words[i] : string.Join(' ', words.Skip(i).Take(length)));
            }
        }

        return tokens;
    }
}

/// <summary>A whole number of at least 1, or a list of them.</summary>
internal sealed class NgramsForm : Form
{
    private static readonly Form Number = Of(typeof(int));
    private static readonly Form List = Of(typeof(IReadOnlyList<int>));

    public override string Expected => "a whole number of at least 1, or a list of them";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        var read = (node is ListNode ? List : Number).TryRead(node, reading, out value);
        var (number, list) = (value as int?, value as IReadOnlyList<int>);
        value = new Ngrams(number, list);
        return read && (number < 1 || list?.Count == 0 || list?.Any(length => length < 1) is true
            ? reading.Fail(node, "ngrams is out of range.", Expected)
            : read);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is Ngrams { UpTo: { } number }
        ? Number.Write(number, source as ScalarNode, dialect)
        : List.Write(((Ngrams)value!).Listed, source as ListNode, dialect);
}
