using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A list of tokens; in an experiment also a text file that has one a line, which is then written in full.</summary>
/// <remarks>The file of a saved model must not name another file, so there only a list is read.</remarks>
/// <typeparam name="T">What a token is.</typeparam>
internal abstract class VocabularyForm<T> : Form
{
    private const int MostBytes = 256 << 20;
    private static readonly Form List = Of(typeof(IReadOnlyList<T>));

    public override string Expected => $"{List.Expected}, or the path of a file with one a line";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is ListNode)
        {
            return List.TryRead(node, reading, out value);
        }

        if (node is not ScalarNode { IsNull: false, Text.Length: > 0 } path || path.Text.Contains('\0', StringComparison.Ordinal))
        {
            return reading.Mismatch(node, Expected);
        }

        if (reading.Dialect == Dialect.Keras)
        {
            return reading.Fail(node, "The vocabulary is in another file, and the file of a model is not let to name one.", List.Expected);
        }

        var full = FullPath(path);
        try
        {
            if (new FileInfo(full).Length > MostBytes)
            {
                return reading.Fail(node, $"The vocabulary '{path.Text}' has more than {MostBytes >> 20} MB.", Expected);
            }

            var lines = File.ReadAllLines(full, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)).ToList();
            while (lines.Count > 0 && lines[^1].Length == 0)
            {
                lines.RemoveAt(lines.Count - 1);
            }

            return TryParse(lines, node, reading, out value);
        }
        catch (DecoderFallbackException)
        {
            return reading.Fail(node, $"The vocabulary '{path.Text}' is no text in UTF-8.", "a text file in UTF-8, one token a line");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return reading.Fail(node, $"The vocabulary '{path.Text}' cannot be read: there is no such file, or it may not be read.", Expected);
        }
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => source is not ScalarNode path || dialect == Dialect.Keras
        ? List.Write(value, source as ListNode, dialect)
        : path.Written is { } written ? new ScalarNode(written, quoted: false, path.At)
        : new ScalarNode(FullPath(path), quoted: true, SourceSpan.Nowhere);

    private static string FullPath(ScalarNode path) => Path.GetFullPath(path.Text, Path.GetFullPath(path.At.Source.Folder));

    private protected abstract bool TryParse(List<string> lines, Node node, Reading reading, out object? value);
}

/// <summary>Words.</summary>
internal sealed class WordsForm : VocabularyForm<string>
{
    private protected override bool TryParse(List<string> lines, Node node, Reading reading, out object? value)
    {
        value = lines.ToArray();
        return true;
    }
}

/// <summary>Whole numbers.</summary>
internal sealed class WholeNumbersForm : VocabularyForm<long>
{
    private protected override bool TryParse(List<string> lines, Node node, Reading reading, out object? value)
    {
        var numbers = new long[lines.Count];
        value = numbers;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!long.TryParse(lines[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return reading.Fail(node, $"Line {i + 1} of the vocabulary is no whole number: '{lines[i]}'.", "one whole number a line");
            }
        }

        return true;
    }
}
