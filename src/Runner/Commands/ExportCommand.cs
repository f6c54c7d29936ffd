using System.CommandLine;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Exporting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

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
            throw new WrongCommandException($"{LeftOut.ReasonFor(typeof(Exporter), format) ?? $"There is no format '{format}'.{NearestName.Hint(format, Exporter.Names)}"} Expected one of {string.Join(", ", Exporter.Names)}.");
        }

        if (output is not null && !output.EndsWith(exporter.Ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new WrongCommandException($"'{output}' does not end in {exporter.Ending}, as files of the format {format} do.");
        }

        var path = output ?? exporter.PathFor(ShortNameOf(reference));
        if (Path.GetFullPath(path) == Path.GetFullPath(reference))
        {
            throw new WrongCommandException($"'{path}' would be written over itself. Say --output.");
        }

        NamedModel? model = null;
        try
        {
            exporter.Write(new ExportSource(() => (model = NamedModel.Open(reference, ExperimentOptions.RootOf(runs), Warn)).ToTrained(), () => RunOf(reference, runs), Warn), path);
        }
        finally
        {
            model?.Dispose();
        }

        if (json)
        {
            terminal.PrintWhole(new JsonObject { ["format"] = format, ["output"] = path }.ToJsonString());
        }
        else
        {
            terminal.Print(path);
        }

        return ExitCodes.Done;

        void Warn(string sentence) => terminal.Say($"warning: {sentence}");
    }

    private static RunFolder RunOf(string reference, string? runs) => File.Exists(reference)
        ? throw new WrongCommandException($"'{reference}' is a file, and this form is of a run.")
        : RunReference.Find(reference, Path.GetFullPath(runs ?? RunsRoot.For(Environment.CurrentDirectory)));

    /// <summary>The name of a file without its folder and its ending; the name of a run without its time.</summary>
    private static string ShortNameOf(string reference)
    {
        var name = File.Exists(reference) ? Path.GetFileNameWithoutExtension(reference) : reference.Split('/', '@')[0];
        return name.EndsWith(".weights", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name;
    }
}
