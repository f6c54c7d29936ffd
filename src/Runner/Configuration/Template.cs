using System.Text;
using System.Text.RegularExpressions;

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

    /// <summary>A text in which every dollar that would begin a name is doubled.</summary>
    internal static string Escape(string text) => Misleading().Replace(text, "$$$$");

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
