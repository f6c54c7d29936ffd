using System.CommandLine;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner show RUN</c>: one run whole. <c>runner show MODEL</c>: a saved model, as Keras's <c>summary()</c>, and where it came from.</summary>
internal static class ShowCommand
{
    internal static Command Make(Terminal terminal)
    {
        var what = AskingOptions.Model();
        var explain = new Option<string?>("--explain") { Description = "Tell where a value of the run came from: compile.optimizer.learning_rate.", HelpName = "VALUE" };
        var (json, runs) = (AskingOptions.Json(), AskingOptions.Runs());
        var command = new Command("show", "Show a run, or a saved model.") { what, explain, json, runs };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(what);
            var folder = File.Exists(name) ? null : RunReference.TryFind(name, ExperimentOptions.RootOf(parsed.GetValue(runs)));
            return folder is not null ? ShowRun(terminal, folder, parsed.GetValue(explain), parsed.GetValue(json))
                : parsed.GetValue(explain) is not null ? throw new WrongCommandException($"'{Printable.Line(name)}' is no run, and only runs have values to explain.")
                : !File.Exists(name) ? throw NamedModel.IsNothing(name, ExperimentOptions.RootOf(parsed.GetValue(runs)))
                : ShowModel(terminal, name, parsed.GetValue(json));
        });
        return command;
    }

    private static int ShowRun(Terminal terminal, RunFolder folder, string? explain, bool json)
    {
        if (explain is not null)
        {
            RunPage.Explain(terminal, folder, explain, json);
        }
        else if (json)
        {
            terminal.PrintWhole(RunPage.ToJson(folder));
        }
        else
        {
            RunPage.Write(terminal, folder, DateTimeOffset.UtcNow);
        }

        return ExitCodes.Done;
    }

    private static int ShowModel(Terminal terminal, string file, bool json)
    {
        try
        {
            using var model = ModelFile.Describe(file);
            if (json)
            {
                terminal.PrintWhole(ModelReport.ToJson(model, file).ToJsonString());
            }
            else
            {
                ModelReport.Write(terminal, model, file);
            }

            return ExitCodes.Done;
        }
        catch (ModelFileException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }
}
