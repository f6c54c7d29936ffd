using System.CommandLine;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner validate FILE…</c>: tells every mistake; prints the model of each file that has none.</summary>
internal static class ValidateCommand
{
    internal static Command Make(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "Experiment files.", Arity = ArgumentArity.OneOrMore };
        var set = ExperimentOptions.Set();
        var data = new Option<bool>("--data") { Description = "Read the data too, to know the sizes that only they tell." };
        var command = new Command("validate", "Tell every mistake of experiment files; print the models of those that have none.") { files, set, data };
        command.SetAction(parsed =>
        {
            var good = true;
            foreach (var file in parsed.GetRequiredValue(files))
            {
                good &= Validate(terminal, file, parsed.GetRequiredValue(set), parsed.GetValue(data) ? DataReading.Everything : DataReading.Nothing);
            }

            return good ? ExitCodes.Done : ExitCodes.Wrong;
        });
        return command;
    }

    /// <summary>Tells a file's mistakes, or prints its model; false when there are mistakes.</summary>
    internal static bool Validate(Terminal terminal, string file, IReadOnlyList<string> overrides, DataReading dataReading)
    {
        var experiment = ExperimentLoader.Load(file, overrides, dataReading, out var mistakes);
        MistakeReport.Write(terminal, mistakes);
        if (experiment is null)
        {
            return false;
        }

        Print(terminal, experiment, file);
        return true;
    }

    /// <summary>Prints the model of an experiment.</summary>
    internal static void Print(Terminal terminal, CheckedExperiment experiment, string file)
    {
        if (experiment.Model is { } model)
        {
            using var declared = Model.Declare(model.Name, model.Graph);
            ModelSummary.Write(terminal.Out, declared);
        }

        terminal.Print($"{file}: no mistakes");
    }
}
