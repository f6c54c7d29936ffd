using System.CommandLine;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner evaluate RUN|MODEL --input data.npz</c>: how good a model is on new data, by its own loss and metrics.</summary>
internal static class EvaluateCommand
{
    internal static Command Make(Terminal terminal)
    {
        var model = AskingOptions.Model();
        var (input, runs, batchSize, json) = (AskingOptions.Input(), AskingOptions.Runs(), AskingOptions.BatchSize(), AskingOptions.Json());
        var engine = Predictor.Option();
        var command = new Command("evaluate", "Measure a saved model or a run's on new data: arrays by input and output name, or x and y.") { model, input, batchSize, engine, runs, json };
        command.SetAction(parsed => Evaluate(
            terminal,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(input),
            parsed.GetValue(batchSize),
            parsed.GetValue(engine),
            parsed.GetValue(runs),
            parsed.GetValue(json)));
        return command;
    }

    private static int Evaluate(Terminal terminal, string reference, string[] input, int? batchSize, PredictionEngine? engine, string? runs, bool json)
    {
        using var model = NamedModel.Open(reference, ExperimentOptions.RootOf(runs), sentence => terminal.Say($"warning: {sentence}"));
        using var scope = NewDisposeScope();
        if (model.Compile is not { } compile)
        {
            throw new WrongCommandException($"{reference} is not compiled: it does not say what to measure.");
        }

        var (given, graph) = (GivenArrays.Read(input), model.Model.Graph);
        var (inputs, weights) = (given.InputsOf(model), given.WeightsOf(graph));
        var targets = given.TargetsOf(model);
        AskingOptions.TellUnused(terminal, given);
        using var batches = AskingOptions.Batches(graph, inputs, targets, weights, batchSize);
        using var trainer = new Trainer(model.Model, compile, default);
        var logs = Predictor.Evaluate(trainer, batches, inputs[0].Count, engine);
        if (json)
        {
            terminal.PrintWhole(JsonFigures.ToObject(logs).ToJsonString());
        }
        else
        {
            terminal.Print(Words.Figures(logs));
        }

        return ExitCodes.Done;
    }
}
