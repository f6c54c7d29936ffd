using System.CommandLine;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner run FILE</c>: runs an experiment into a new run folder.</summary>
internal static class RunCommand
{
    internal static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "The experiment file." };
        var set = ExperimentOptions.Set();
        var runs = new Option<string?>("--runs") { Description = "The folder to keep runs in, instead of the project's.", HelpName = "DIR" };
        var name = new Option<string?>("--name") { Description = "The run's name, instead of the experiment's.", HelpName = "NAME" };
        var dry = new Option<bool>("--dry-run") { Description = "Check the file and print the model; run nothing." };
        var tag = new Option<string[]>("--tag") { Description = "A word to find the run by; several make several.", HelpName = "WORD", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };
        var draft = new Option<string?>("--draft-of") { Description = "The file is a draft: its relative paths start in this folder, and it may change while the run is at work.", HelpName = "DIR" };
        var command = new Command("run", "Run an experiment into a new run folder.") { file, set, runs, name, tag, dry, draft };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            IReadOnlyList<string> overrides = parsed.GetRequiredValue(set);
            if (parsed.GetValue(name) is { } said)
            {
                overrides = [.. overrides, $"name={said}"];
            }

            if (parsed.GetValue(dry))
            {
                return ValidateCommand.Validate(terminal, path, overrides, DataReading.Headers) ? ExitCodes.Done : ExitCodes.Wrong;
            }

            var experiment = ExperimentLoader.Load(path, overrides, DataReading.Headers, out var mistakes, draftOf: parsed.GetValue(draft) is { } folder ? Path.GetFullPath(folder) : null);
            MistakeReport.Write(terminal, mistakes);
            return experiment is null || experiment.Definition.Run.Count == 0
                ? ExitCodes.Wrong
                : ExperimentHost.Run(experiment, parsed.GetValue(runs), terminal, claimed => new RunNotes(parsed.GetRequiredValue(tag), "").Write(claimed));
        });
        return command;
    }
}
