using System.CommandLine;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner show FILE</c>: a saved model, as Keras's <c>summary()</c>, and where it came from.</summary>
internal static class ShowCommand
{
    internal static Command Make(Terminal terminal)
    {
        var what = new Argument<string>("MODEL") { Description = "A file of a model." };
        var json = AskingOptions.Json();
        var command = new Command("show", "Show a saved model.") { what, json };
        command.SetAction(parsed => ShowModel(terminal, parsed.GetRequiredValue(what), parsed.GetValue(json)));
        return command;
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
