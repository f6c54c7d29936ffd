using System.Text;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// A text with names to be filled in: <c>$vars.width</c> is a name for the whole value, <c>w-${vars.width}</c> has one inside,
/// <c>$$</c> is a dollar. A dollar that no letter or brace follows is just a dollar.
/// </summary>
internal sealed partial class Template
{
    private Template(IReadOnlyList<Piece> pieces, bool isWhole) => (Pieces, IsWhole) = (pieces, isWhole);

    /// <summary>Plain text, dollars undone, and names, in order.</summary>
    internal IReadOnlyList<Piece> Pieces { get; }

    /// <summary>Whether one name stands for the whole value, which then keeps its type.</summary>
    internal bool IsWhole { get; }

    /// <summary>The names in it.</summary>
    internal IEnumerable<string> Names => Pieces.Where(piece => piece.IsName).Select(piece => piece.Text);

    /// <summary>Reads a text; null when a name in it is not written as it should be, and then why.</summary>
    internal static Template? Parse(string text, out string problem)
    {
        problem = "";
        if (Whole().IsMatch(text))
        {
            return new Template([new Piece(text[1..].Trim('{', '}'), true)], isWhole: true);
        }

        var pieces = new List<Piece>();
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : ' ';
            if (text[i] != '$' || !(next is '$' or '{' or '_' || char.IsAsciiLetter(next)))
            {
                plain.Append(text[i]);
            }
            else if (next == '$')
            {
                plain.Append('$');
                i++;
            }
            else if (Inside().Match(text, i) is { Success: true } name)
            {
                pieces.Add(new Piece(plain.ToString(), false));
                pieces.Add(new Piece(name.Groups["name"].Value, true));
                plain.Clear();
                i += name.Length - 1;
            }
            else
            {
                problem = next == '{'
                    ? "After '${' come a name and '}'."
                    : $"Inside text, write ${{{Bare().Match(text, i + 1).Value}}} for a variable, or $$ for a dollar.";
                return null;
            }
        }

        pieces.Add(new Piece(plain.ToString(), false));
        return new Template([.. pieces.Where(piece => piece.IsName || piece.Text.Length > 0)], isWhole: false);
    }

    /// <summary>
    /// The value with names filled in. Beside it is kept what a copy of the file must say: the names of what only this machine
    /// knows, and two dollars for one.
    /// </summary>
    /// <param name="scalar">The value that the template was read from.</param>
    /// <param name="find">What a name stands for; null leaves it for a later reader, and what is broken breaks the value.</param>
    /// <param name="refuse">Tells what cannot stand inside text.</param>
    internal Node Fill(ScalarNode scalar, Func<string, Node?> find, Func<string, Node> refuse) => !IsWhole ? Compose(scalar, find, refuse) : find(Pieces[0].Text) switch
    {
        null => new ScalarNode(scalar.Text, scalar.Quoted, scalar.At) { Unfilled = true, Written = scalar.Written },
        ScalarNode value => new ScalarNode(value.Text, value.Quoted, scalar.At) { Unfilled = value.Unfilled, Written = value.Written },
        ListNode list => new ListNode(list.Items, scalar.At),
        MappingNode mapping => new MappingNode(mapping.Entries, scalar.At),
        var broken => broken,
    };

    /// <summary>A text in which every dollar that would begin a name is doubled.</summary>
    internal static string Escape(string text) => Misleading().Replace(text, "$$$$");

    private Node Compose(ScalarNode scalar, Func<string, Node?> find, Func<string, Node> refuse)
    {
        var (text, unfilled, written) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        var (isUnfilled, isWritten) = (false, false);
        foreach (var piece in Pieces)
        {
            var (plain, left, copied) = (piece.Text, Doubled(piece.Text), Doubled(piece.Text));
            if (piece.IsName)
            {
                switch (find(piece.Text))
                {
                    case null:
                        isUnfilled = true;
                        (plain, left, copied) = ("", $"${{{piece.Text}}}", $"${{{piece.Text}}}");
                        break;
                    case ScalarNode { IsNull: false } value:
                        isUnfilled |= value.Unfilled;
                        isWritten |= value.Written is not null;
                        (plain, left) = (value.Text, value.Unfilled ? Inner(value.Text) : Doubled(value.Text));
                        copied = value.Written is null ? left : Inner(value.Written);
                        break;
                    case BrokenNode broken:
                        return broken;
                    case var other:
                        return refuse($"'{piece.Text}' is {other.Kind}, which cannot stand inside text.");
                }
            }

            text.Append(plain);
            unfilled.Append(left);
            written.Append(copied);
        }

        var whole = text.ToString();
        var escaped = Escape(whole);
        return isUnfilled
            ? new ScalarNode(unfilled.ToString(), scalar.Quoted, scalar.At) { Unfilled = true, Written = isWritten ? written.ToString() : null }
            : new ScalarNode(whole, scalar.Quoted, scalar.At) { Written = isWritten ? written.ToString() : escaped.Length > whole.Length ? escaped : null };
    }

    private static string Doubled(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>A template as part of a longer one: <c>$env.HOME</c> becomes <c>${env.HOME}</c>.</summary>
    private static string Inner(string template) =>
        Parse(template, out _) is { IsWhole: true } whole ? $"${{{whole.Pieces[0].Text}}}" : template;

    [GeneratedRegex(@"^\$([A-Za-z_]\w*([.][\w-]+|\[\d+\])*|\{[A-Za-z_]\w*([.][\w-]+|\[\d+\])*\})$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\G\$\{(?<name>[A-Za-z_]\w*([.][\w-]+|\[\d+\])*)\}")]
    private static partial Regex Inside();

    [GeneratedRegex(@"\G[A-Za-z_]\w*([.]\w+)*")]
    private static partial Regex Bare();

    [GeneratedRegex(@"\$(?=[$A-Za-z_{])")]
    private static partial Regex Misleading();
}

/// <summary>Part of a template.</summary>
/// <param name="Text">Plain text, or a name.</param>
/// <param name="IsName">Whether it is a name.</param>
internal readonly record struct Piece(string Text, bool IsName);
