using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Tells the mistakes and warnings of an experiment file on standard error.</summary>
internal static class MistakeReport
{
    /// <summary>Tells them, if there are any.</summary>
    internal static void Write(Terminal terminal, Mistakes mistakes, string file)
    {
        foreach (var text in MistakePrinter.Print(mistakes, file, terminal.ErrorsInColour))
        {
            terminal.Say(text);
        }
    }
}
