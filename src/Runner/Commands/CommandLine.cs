using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary>The commands of the program, and the way from arguments to one of them.</summary>
internal static class CommandLine
{
    private const int LongestMessage = 2000;

    /// <summary>Runs the command that the arguments name; the result is the exit code.</summary>
    internal static int Invoke(string[] arguments) => Invoke(arguments, new Terminal());

    /// <summary>Runs the command that the arguments name, on a terminal.</summary>
    internal static int Invoke(string[] arguments, Terminal terminal)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Show where in the program an unexpected error came from.", Recursive = true };
        var root = new RootCommand("Runs deep-learning experiments that are written in YAML.")
        {
            RunCommand.Make(terminal),
            ResumeCommand.Make(terminal),
            ValidateCommand.Make(terminal),
            PredictCommand.Make(terminal),
            EvaluateCommand.Make(terminal),
            ExportCommand.Make(terminal),
            ShowCommand.Make(terminal),
            ListCommand.Make(terminal),
            CompareCommand.Make(terminal),
            RerunCommand.Make(terminal),
            SweepCommand.Make(terminal),
            NewCommand.Make(terminal),
            SchemaCommand.Make(terminal),
            CompletionCommand.Make(terminal),
            RemoveCommand.Make(terminal),
            RemoveCommand.MakeRestore(terminal),
            NoteCommand.MakeTag(terminal),
            NoteCommand.MakeNote(terminal),
            UiCommand.Make(terminal),
            ServeCommand.Make(terminal),
            DoctorCommand.Make(terminal),
        };
        root.Options.Add(verbose);
        foreach (var help in OperatingSystem.IsWindows() ? [] : root.Options.OfType<HelpOption>())
        {
            _ = help.Aliases.Remove("/h") && help.Aliases.Remove("/?"); // Windows's own, which look like paths among what a shell suggests
        }

        Suggestions.AddTo(root);
        var parsed = root.Parse(arguments);
        var suggests = arguments is [['[', 's', 'u', 'g', 'g', 'e', 's', 't', ..], ..]; // a line that is being typed is not whole
        if (parsed.Errors.Count > 0 && !suggests)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Say($"error: {Printable.Line(error.Message, LongestMessage)}");
            }

            terminal.Say($"'runner{CommandPath(parsed)} --help' tells what can be said.");
            return ExitCodes.Wrong;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (WrongCommandException wrong)
        {
            terminal.Live("");
            terminal.Say($"error: {Printable.Line(wrong.Message, LongestMessage)}");
            return ExitCodes.Wrong;
        }
        catch (Exception error) when (!parsed.GetValue(verbose))
        {
            terminal.Live("");
            terminal.Say($"error: {FailureCause.Of(error)} (--verbose shows more)");
            return ExitCodes.Failed;
        }
    }

    private static string CommandPath(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
}
