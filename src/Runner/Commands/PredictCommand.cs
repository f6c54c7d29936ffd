using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner predict RUN|MODEL --input x.npz --output y.npz</c>: what a model makes of new data.</summary>
internal static class PredictCommand
{
    private const int MostShown = 20;
    private const int MostNumbersShown = 16;

    internal static Command Make(Terminal terminal)
    {
        var model = AskingOptions.Model();
        var (input, runs, batchSize, json) = (AskingOptions.Input(), AskingOptions.Runs(), AskingOptions.BatchSize(), AskingOptions.Json());
        var output = new Option<string?>("--output") { Description = $"The file to write, {PredictionFile.Endings}; without it, predictions are shown.", HelpName = "FILE" };
        var engine = Predictor.Option();
        var command = new Command("predict", "Predict with a saved model or a run's.") { model, input, output, batchSize, engine, runs, json };
        command.SetAction(parsed => Predict(
            terminal,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(input),
            parsed.GetValue(output),
            parsed.GetValue(batchSize),
            parsed.GetValue(engine),
            parsed.GetValue(runs),
            parsed.GetValue(json)));
        return command;
    }

    private static int Predict(Terminal terminal, string reference, string[] input, string? output, int? batchSize, PredictionEngine? engine, string? runs, bool json)
    {
        using var model = NamedModel.Open(reference, ExperimentOptions.RootOf(runs), sentence => terminal.Say($"warning: {sentence}"));
        using var scope = NewDisposeScope();
        if (output is not null && PredictionFile.ProblemOf(output, model.Model.Graph.Outputs.Count) is { } problem)
        {
            throw new WrongCommandException($"{problem} Expected a file that ends in {PredictionFile.Endings}.");
        }

        using var large = LargeFile.TryOpen(input, model, StreamingRule.Streams);
        var columns = large?.Columns ?? InMemory(terminal, input, model);
        using var batches = AskingOptions.Batches(model.Model.Graph, columns, [], [], batchSize ?? Predictor.GoodBatch(model.Model, engine));
        var (rows, done) = (columns[0].Count, 0L);
        if (output is null)
        {
            var predictions = Predictor.Predict(model.Model, batches, rows, engine, (long number) => terminal.Live($"predict {number}/{batches.Count}"));
            terminal.Live("");
            if (json)
            {
                terminal.PrintWhole(ToJson(rows, null, predictions.Select(one => (one.Key, one.Value.shape, (JsonNode?)Nested(one.Value)))).ToJsonString());
            }
            else
            {
                Show(terminal, predictions);
            }

            return ExitCodes.Done;
        }

        var shapes = PredictionFile.Write(output, [.. model.Model.Graph.Outputs.Select(port => port.Name)], rows, take =>
            Predictor.Predict(model.Model, batches, rows, engine, outputs =>
            {
                take(outputs);
                terminal.Live($"predict {++done}/{batches.Count}");
            }));
        terminal.Live("");
        if (json)
        {
            terminal.PrintWhole(ToJson(rows, output, shapes.Select(one => (one.Key, one.Value, (JsonNode?)null))).ToJsonString());
        }
        else
        {
            terminal.Print($"{output}: {string.Join(", ", shapes.Select(one => $"{one.Key} [{string.Join(", ", one.Value)}]"))}");
        }

        return ExitCodes.Done;
    }

    private static IReadOnlyList<Column> InMemory(Terminal terminal, string[] input, NamedModel model)
    {
        var given = GivenArrays.Read(input);
        var columns = given.InputsOf(model);
        AskingOptions.TellUnused(terminal, given);
        return columns;
    }

    private static void Show(Terminal terminal, IReadOnlyDictionary<string, Tensor> predictions)
    {
        var examples = predictions.Values.First().shape[0];
        for (var row = 0; row < Math.Min(examples, MostShown); row++)
        {
            foreach (var (name, values) in predictions)
            {
                var numbers = values[row].to_type(ScalarType.Float64).reshape(-1).data<double>().ToArray();
                terminal.PrintWhole(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row}  {name}  {string.Join("  ", numbers.Take(MostNumbersShown).Select(Words.Figure))}{(numbers.Length > MostNumbersShown ? "  …" : "")}"));
            }
        }

        if (examples > MostShown)
        {
            terminal.Print($"{examples - MostShown} more; --output FILE keeps them all");
        }
    }

    private static JsonObject ToJson(long rows, string? output, IEnumerable<(string Name, long[] Shape, JsonNode? Values)> outputs) => new()
    {
        ["rows"] = rows,
        ["output"] = output,
        ["outputs"] = new JsonObject(outputs.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, new JsonObject
        {
            ["shape"] = new JsonArray([.. one.Shape.Select(length => JsonValue.Create(length))]),
            ["values"] = one.Values,
        }))),
    };

    private static JsonNode Nested(Tensor values) => values.dim() == 0
        ? JsonFigures.ToNode(values.to_type(ScalarType.Float64).item<double>())
        : new JsonArray([.. Enumerable.Range(0, (int)values.shape[0]).Select(i => Nested(values[i]))]);
}
