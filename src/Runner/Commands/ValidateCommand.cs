using System.CommandLine;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Execution;
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

        try
        {
            Print(terminal, dataReading == DataReading.Everything ? Learned(experiment) : experiment, file);
            return true;
        }
        catch (DataException problem)
        {
            terminal.Say($"{file}: error: {problem.Message}");
            return false;
        }
    }

    /// <summary>The experiment with a model whose layers have learned from the data.</summary>
    private static CheckedExperiment Learned(CheckedExperiment experiment)
    {
        if (experiment.Model is not { } model || !model.Learning.Any())
        {
            return experiment;
        }

        using var data = new RunData(experiment, _ => { }, new Dictionary<string, bool>(), _ => { });
        return experiment with { Model = model with { Graph = data.Learned(experiment.Definition, model) }, OtherModel = null };
    }

    /// <summary>Prints the model of an experiment.</summary>
    internal static void Print(Terminal terminal, CheckedExperiment experiment, string file)
    {
        if (experiment.Model is { } model)
        {
            using var declared = Model.Declare(model.Name, model.Graph);
            using var other = experiment.OtherModel is { } assumed ? Model.Declare(assumed.Name, assumed.Graph) : null;
            ModelSummary.Write(terminal.Out, declared, other);
        }

        terminal.Print($"{file}: no mistakes");
    }
}
