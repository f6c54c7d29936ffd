using System.CommandLine;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner resume RUN</c>: goes on where a stopped or killed run was, to the same bits as if it had not stopped.</summary>
internal static class ResumeCommand
{
    internal static Command Make(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The run: its folder, a name (its newest run), or name/id." };
        var runs = new Option<string?>("--runs") { Description = "The folder runs are kept in, instead of the project's.", HelpName = "DIR" };
        var command = new Command("resume", "Go on where a stopped or killed run was, to the same bits as if it had not stopped.") { run, runs };
        command.SetAction(parsed =>
        {
            var root = Path.GetFullPath(parsed.GetValue(runs) ?? RunsRoot.For(Environment.CurrentDirectory));
            return ExperimentHost.Resume(RunReference.Find(parsed.GetRequiredValue(run), root), terminal);
        });
        return command;
    }
}
