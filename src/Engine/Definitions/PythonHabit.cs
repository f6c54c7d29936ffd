namespace ExperimentRunner.Engine.Definitions;

/// <summary>Knows what people who come from Python write by habit, and what they should write here.</summary>
internal static class PythonHabit
{
    /// <summary>What to write in place of this text, or null when it does not look like Python.</summary>
    internal static string? HintFor(string text) => text switch
    {
        "None" => "write null",
        "True" => "write true",
        "False" => "write false",
        ['(', .., ')'] => $"write [{text[1..^1].TrimEnd(',', ' ')}]",
        _ when text.StartsWith("lambda", StringComparison.Ordinal) => "a function cannot be written in a file; name one that exists",
        _ => null,
    };
}
