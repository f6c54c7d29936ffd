using System.Text;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>A file name with figures in it: <c>w_{epoch:02d}-{val_loss:.2f}.keras</c>, filled in as Python's <c>str.format</c> does.</summary>
/// <param name="text">The name as it was written.</param>
public sealed partial class FileNameTemplate(string text)
{
    private static readonly string[] Counts = ["epoch", "batch"];

    /// <summary>The names of the figures that it takes.</summary>
    public IEnumerable<string> Names => Field().Matches(text).Select(part => part.Groups["name"]).Where(name => name.Success).Select(name => name.Value);

    /// <summary>What Python would say against it, or null: a brace alone, or a format that does not fit its figure.</summary>
    public string? Mistake
    {
        get
        {
            try
            {
                Fill(1, 1, name => 1);
                return null;
            }
            catch (FormatException wrong)
            {
                return wrong.Message;
            }
        }
    }

    /// <summary>The name with the figures in it.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="batch">The batch, from 1; null where an epoch ended.</param>
    /// <param name="logs">The other figures.</param>
    /// <exception cref="FormatException">It takes a figure that is not there.</exception>
    public string Fill(int epoch, long? batch, Logs logs) =>
        Fill(epoch, batch, name => logs.Find(name) ?? throw new FormatException($"there is no figure '{name}'"));

    private string Fill(int epoch, long? batch, Func<string, double> figure)
    {
        var (filled, end) = (new StringBuilder(), 0);
        foreach (Match field in Field().Matches(text))
        {
            filled.Append(text, end, field.Index - end);
            end = field.Index + field.Length;
            if (!field.Groups["name"].Success)
            {
                filled.Append(field.Value.Length == 2 ? field.Value[..1] : throw new FormatException($"there is a '{field.Value}' alone"));
                continue;
            }

            var name = field.Groups["name"].Value;
            var value = name == Counts[0] ? epoch : name == Counts[1] && batch is { } number ? number : figure(name);
            filled.Append(PythonText.Format(value, Counts.Contains(name), field.Groups["spec"].Value));
        }

        return filled.Append(text, end, text.Length - end).ToString();
    }

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:(?<spec>[^{}]*))?\}|\{|\}")]
    private static partial Regex Field();
}
