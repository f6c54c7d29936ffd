using System.CommandLine;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary>Arguments and manners that commands share which ask a model about new data.</summary>
internal static class AskingOptions
{
    private const int UsualBatch = 32;

    /// <summary>The model: a file or a run.</summary>
    internal static Argument<string> Model() => new("RUN|MODEL") { Description = "A file of a model (.keras, .h5), or a run: a folder, name, name/id, or name@best:val_accuracy." };

    /// <summary><c>--input</c>, any number of times.</summary>
    internal static Option<string[]> Input() => new("--input")
    {
        Description = "The data: arrays by the names of the model's inputs (.npz, .npy, .csv, .parquet); or name=FILE.",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary><c>--runs</c>.</summary>
    internal static Option<string?> Runs() => new("--runs") { Description = "The folder runs are kept in, instead of the project's.", HelpName = "DIR" };

    /// <summary><c>--batch-size</c>.</summary>
    internal static Option<int?> BatchSize()
    {
        var option = new Option<int?>("--batch-size") { Description = $"How many examples are computed together; {UsualBatch} unless said.", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var size) && size < 1)
            {
                result.AddError($"--batch-size is {size}, which is out of range: at least 1.");
            }
        });
        return option;
    }

    /// <summary><c>--json</c>.</summary>
    internal static Option<bool> Json() => new("--json") { Description = "Print for programs." };

    /// <summary>Says which arrays nothing took.</summary>
    internal static void TellUnused(Terminal terminal, GivenArrays given)
    {
        if (given.Unused.Count > 0)
        {
            terminal.Say($"warning: {string.Join(", ", given.Unused.Select(name => $"'{name}'"))} {(given.Unused.Count == 1 ? "is" : "are")} not used.");
        }
    }

    /// <summary>Batches in the order of the data.</summary>
    /// <exception cref="WrongCommandException">The columns differ in length, or are empty, or the model takes batches of another size.</exception>
    internal static IBatchSource Batches(Graph graph, IReadOnlyList<Column> inputs, IReadOnlyList<Column> targets, IReadOnlyList<Column?> weights, int? batchSize)
    {
        var (examples, wanted) = (inputs[0].Count, graph.Inputs.Select(port => port.Spec.Shape[0]).FirstOrDefault(length => length is not null));
        if (wanted is { } size && (examples % size != 0 || (batchSize is { } said && said != size)))
        {
            throw new WrongCommandException($"The model takes batches of {size}, but {(batchSize is { } other && other != size ? $"--batch-size is {other}" : $"there are {examples} examples")}.");
        }

        try
        {
            var plan = new BatchPlan { Examples = examples, BatchSize = (int?)wanted ?? batchSize ?? UsualBatch };
            return inputs.Any(column => column.IsStreamed) ? new StreamedBatches(inputs, targets, weights, plan) : new ColumnBatches(inputs, targets, weights, plan);
        }
        catch (DataException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }
}
