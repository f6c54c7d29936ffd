using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A piece of HTML. What is put into it is encoded unless it is HTML itself, so that no name or note can become markup.</summary>
/// <param name="Text">The markup.</param>
internal readonly record struct Html(string Text)
{
    /// <summary>Nothing.</summary>
    internal static Html Empty { get; } = new("");

    /// <summary>A piece from an interpolated text whose holes are encoded.</summary>
    internal static Html Of(Writer writer) => new(writer.ToString());

    /// <summary>Pieces one after the other.</summary>
    internal static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Takes the parts of an interpolated text.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Writer(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(Html html) => _text.Append(html.Text);

        public void AppendFormatted<T>(T value, string? format = null)
        {
            if (value is IEnumerable<Html> pieces)
            {
                foreach (var piece in pieces)
                {
                    _text.Append(piece.Text);
                }

                return;
            }

            _text.Append(WebUtility.HtmlEncode(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString()));
        }

        public override string ToString() => _text.ToString();
    }
}
