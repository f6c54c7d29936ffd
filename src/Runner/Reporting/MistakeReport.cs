using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Tells the mistakes and warnings of an experiment file on standard error.</summary>
internal static class MistakeReport
{
    /// <summary>Tells them, if there are any.</summary>
    internal static void Write(Terminal terminal, Mistakes mistakes)
    {
        if (new MistakePrinter(terminal.ErrorsInColour).Print(mistakes).TrimEnd('\n') is { Length: > 0 } text)
        {
            terminal.Say(text);
        }
    }
}
