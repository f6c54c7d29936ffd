namespace ExperimentRunner.Engine.Definitions;

/// <summary>A text that definitions were read from: a file, or an argument of the command line.</summary>
/// <param name="Name">What people call it: the path as they gave it, or <c>--set</c>.</param>
/// <param name="Folder">The absolute folder that relative paths in the text start from.</param>
/// <param name="Content">The whole text.</param>
public sealed record SourceText(string Name, string Folder, string Content)
{
    /// <summary>The line with this number (from 1), without its line break; empty when there is no such line.</summary>
    public string Line(int number)
    {
        var line = 1;
        foreach (var text in Content.AsSpan().EnumerateLines())
        {
            if (line++ == number)
            {
                return text.ToString();
            }
        }

        return "";
    }
}

/// <summary>A place in a text.</summary>
/// <param name="Source">The text.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Length">How many characters the place covers on its line; at least 1.</param>
public sealed record SourceSpan(SourceText Source, int Line, int Column, int Length = 1)
{
    /// <summary>The place of a definition that no text holds, such as one made in code.</summary>
    public static SourceSpan Nowhere { get; } = new(new SourceText("(code)", ".", ""), 1, 1);

    /// <inheritdoc/>
    public override string ToString() => $"{Source.Name}:{Line}:{Column}";
}
