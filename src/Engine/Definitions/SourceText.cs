namespace ExperimentRunner.Engine.Definitions;

/// <summary>A text that definitions were read from: a file, or an argument of the command line.</summary>
/// <param name="name">What people call it: the path as they gave it, or <c>--set</c>.</param>
/// <param name="folder">The absolute folder that relative paths in the text start from.</param>
/// <param name="content">The whole text.</param>
public sealed class SourceText(string name, string folder, string content)
{
    private int[]? _starts;

    /// <summary>What people call it: the path as they gave it, or <c>--set</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The absolute folder that relative paths in the text start from.</summary>
    public string Folder { get; } = folder;

    /// <summary>The whole text.</summary>
    public string Content { get; } = content;

    /// <summary>How many lines there are; a line break at the very end begins no line.</summary>
    public int LineCount => Starts.Length - 1;

    private int[] Starts => _starts ??= FindStarts();

    /// <summary>The line with this number (from 1), without its line break; empty when there is no such line.</summary>
    public string Line(int number) =>
        number < 1 || number > LineCount ? "" : Content[Starts[number - 1]..Starts[number]].TrimEnd('\r', '\n', '\u0085', '\u2028', '\u2029');

    /// <summary>Where the line with this number (from 1) starts.</summary>
    public int StartOf(int number) => Starts[Math.Clamp(number - 1, 0, Starts.Length - 1)];

    /// <summary>Where each line starts, and where the last one ends. Lines break where YAML 1.1 and editors break them.</summary>
    private int[] FindStarts()
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < Content.Length; i++)
        {
            if (Content[i] is '\n' or '\u0085' or '\u2028' or '\u2029' || (Content[i] == '\r' && (i + 1 == Content.Length || Content[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        if (starts[^1] != Content.Length)
        {
            starts.Add(Content.Length);
        }

        return [.. starts];
    }
}

/// <summary>A place in a text.</summary>
/// <param name="Source">The text.</param>
/// <param name="Line">The line, from 1; 0 is the text as a whole.</param>
/// <param name="Column">The column, from 1; 0 is the text as a whole.</param>
/// <param name="Length">How many characters the place covers on its line; at least 1.</param>
public sealed record SourceSpan(SourceText Source, int Line, int Column, int Length = 1)
{
    /// <summary>The place of a definition that no text holds, such as one made in code.</summary>
    public static SourceSpan Nowhere { get; } = new(new SourceText("(code)", ".", ""), 1, 1);

    /// <summary>The place of something that is wrong with a text as a whole.</summary>
    public static SourceSpan Whole(SourceText source) => new(source, 0, 0);

    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? Source.Name : $"{Source.Name}:{Line}:{Column}";
}
