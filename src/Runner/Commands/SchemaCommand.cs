using System.CommandLine;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner schema</c>: the JSON Schema of experiment files, for editors.</summary>
internal static class SchemaCommand
{
    internal static Command Make(Terminal terminal)
    {
        var command = new Command("schema", "Print the JSON Schema of experiment files, by which editors complete and explain every key.");
        command.SetAction(_ =>
        {
            terminal.PrintText(ExperimentSchema.Generate());
            return ExitCodes.Done;
        });
        return command;
    }
}
