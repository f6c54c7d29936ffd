using System.CommandLine;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Exporting;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner export RUN|MODEL --format keras</c>: a file for elsewhere.</summary>
internal static class ExportCommand
{
    internal static Command Make(Terminal terminal)
    {
        var (model, runs, json) = (AskingOptions.Model(), AskingOptions.Runs(), AskingOptions.Json());
        var format = new Option<string>("--format")
        {
            Description = $"What to write: {string.Join("; ", Exporter.Names.Select(name => $"{name} ({Exporter.Find(name)!.Description})"))}.",
            HelpName = string.Join('|', Exporter.Names),
            Required = true,
        };
        var output = new Option<string?>("--output") { Description = "The file to write; by default called as the model, in the working directory.", HelpName = "FILE" };
        var command = new Command("export", "Write a model or a run as a file for elsewhere.") { model, format, output, runs, json };
        command.SetAction(parsed => Export(
            terminal, parsed.GetRequiredValue(model), parsed.GetRequiredValue(format), parsed.GetValue(output), parsed.GetValue(runs), parsed.GetValue(json)));
        return command;
    }

    private static int Export(Terminal terminal, string reference, string format, string? output, string? runs, bool json)
    {
        if (Exporter.Find(format) is not { } exporter)
        {
            throw new WrongCommandException($"There is no format '{format}'.{NearestName.Hint(format, Exporter.Names)} Expected one of {string.Join(", ", Exporter.Names)}.");
        }

        if (output is not null && !output.EndsWith(exporter.Ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new WrongCommandException($"'{output}' does not end in {exporter.Ending}, as files of the format {format} do.");
        }

        using var source = new ExportSource(reference, runs);
        var path = output ?? source.ShortName + exporter.Ending;
        if (Path.GetFullPath(path) == Path.GetFullPath(reference))
        {
            throw new WrongCommandException($"'{path}' would be written over itself. Say --output.");
        }

        exporter.Write(source, path);
        if (json)
        {
            terminal.PrintWhole(new JsonObject { ["format"] = format, ["output"] = path }.ToJsonString());
        }
        else
        {
            terminal.Print(path);
        }

        return ExitCodes.Done;
    }
}
