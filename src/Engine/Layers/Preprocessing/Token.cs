using System.Globalization;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A text, or a whole number, that a layer treats in its own way.</summary>
/// <param name="Text">The text, or the number's digits.</param>
/// <param name="IsNumber">Whether it is a number.</param>
[Form<TokenForm>]
public sealed record Token(string Text, bool IsNumber);

/// <summary>Text, or a whole number where it stands without quotes.</summary>
internal sealed class TokenForm : Form
{
    public override string Expected => "text or a whole number";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = node is ScalarNode { IsNull: false } scalar
            ? !scalar.Quoted && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? new Token(number.ToString(CultureInfo.InvariantCulture), true)
                : new Token(scalar.Text, false)
            : null;
        return value is not null || reading.Mismatch(node, Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) =>
        source as ScalarNode ?? new ScalarNode(((Token)value!).Text, quoted: !((Token)value).IsNumber, SourceSpan.Nowhere);
}
