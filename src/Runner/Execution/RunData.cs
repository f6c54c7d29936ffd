using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Execution;

/// <summary>The data of a run, each data set read when it is first needed and kept, or read while it is used.</summary>
/// <param name="experiment">The experiment.</param>
/// <param name="digestsKnown">Takes the digests of all data that were opened.</param>
/// <param name="streams">Which data sets are read while they are used, for a run that is taken up; it is added to.</param>
/// <param name="tell">Takes a sentence about data that are read while they are used.</param>
internal sealed class RunData(CheckedExperiment experiment, Action<JsonObject> digestsKnown, IDictionary<string, bool> streams, Action<string> tell) : IDisposable
{
    private readonly Dictionary<string, Dataset> _sets = new(StringComparer.Ordinal);
    private readonly JsonObject _digests = [];

    /// <summary>The columns that are given for the inputs and outputs of a model.</summary>
    /// <param name="x">The examples.</param>
    /// <param name="y">The targets, or null to predict.</param>
    /// <param name="sampleWeight">A weight for each example, or null.</param>
    /// <param name="graph">The model.</param>
    /// <param name="name">What to call them in messages.</param>
    /// <exception cref="DataException">They do not fit.</exception>
    internal Examples Find(NamedData x, NamedData? y, NamedData? sampleWeight, Graph graph, string name)
    {
        var inputs = Columns(x, [.. graph.Inputs.Select(port => port.Name)]).Zip(graph.Inputs, (column, port) => column.For(port.Spec.Shape)).ToList();
        var targets = y is null ? [] : Columns(y, [.. graph.Outputs.Select(port => port.Name)]);
        var weights = sampleWeight is { } said ? Weights(said, graph) : [.. graph.Outputs.Select(_ => (Column?)null)];
        var columns = inputs.Concat(targets).Concat(weights.OfType<Column>()).ToList();
        if (columns.Exists(column => column.Count != columns[0].Count))
        {
            throw new DataException($"x, y and weights of '{name}' differ in length: {string.Join(", ", columns.Select(column => column.Count))}.");
        }

        if (columns[0].Count == 0)
        {
            throw new DataException($"The data of '{name}' have no examples.");
        }

        foreach (var (port, column) in graph.Inputs.Zip(inputs))
        {
            NeedFit(port, column);
        }

        return new Examples(inputs, targets, weights);
    }

    /// <summary>The graph of a model whose layers have learned what they learn from data before training.</summary>
    /// <exception cref="DataException">A layer cannot learn, or no step trains.</exception>
    internal Graph Learned(Experiment definition, ModelDefinition model) =>
        model.Learning.Any() ? GraphAdaptation.Adapt(model.Graph, FirstTrained(definition, model.Graph).Inputs) : model.Graph;

    /// <summary>The examples of the first step that trains.</summary>
    private Examples FirstTrained(Experiment definition, Graph graph) =>
        definition.Run.FirstOrDefault(step => step is FitStep { Of: null or { Name: "model" } } || step.TrainsEstimator) switch
    {
        FitStep fit => Kept(Find(fit.X, null, null, graph, "fit"), fit.ValidationSplit),
        TrainStep train => Find(definition.InputFns[train.InputFn.Name].X, null, null, graph, train.InputFn.Name),
        TrainAndEvaluateStep { Train.InputFn.Name: var name } => Find(definition.InputFns[name].X, null, null, graph, name),
        _ => throw new DataException("A layer of the model learns from the data of the first step that trains, and no step does."),
    };

    /// <summary>The size of the vocabulary of a name such as <c>data.imdb.text.vocabulary_size</c>.</summary>
    internal int SizeOf(string name)
    {
        var (dataset, column) = DataSizes.Parts(name);
        return WrittenExperiment.SizeOf(Load(dataset), column);
    }

    /// <summary>The examples without the last part of them, which <c>fit</c> measures and does not train on.</summary>
    private static Examples Kept(Examples examples, double validationSplit) => examples.Part(0, (long)(examples.Count * (1 - validationSplit)));

    /// <summary>Where the random orders of something of this name come from.</summary>
    internal RandomKey OrderOf(string name) => new RandomKey((ulong)experiment.Seed).Derive("shuffle").Derive(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var set in _sets.Values)
        {
            set.Dispose();
        }
    }

    private static void NeedFit(Port port, Column column)
    {
        var (given, wanted) = (column.Spec.Shape, port.Spec.Shape);
        if (given.Rank != wanted.Rank || given.Zip(wanted).Skip(1).Any(pair => pair.First is not null && pair.Second is not null && pair.First != pair.Second))
        {
            throw new DataException($"The data for the input '{port.Name}' are {given}, but it takes {wanted}.");
        }

        if (column.Spec.Type == DataType.String != (port.Spec.Type == DataType.String))
        {
            throw new DataException($"The data for the input '{port.Name}' are {DataTypes.NameOf(column.Spec.Type)}, but it takes {DataTypes.NameOf(port.Spec.Type)}.");
        }
    }

    private List<Column?> Weights(NamedData said, Graph graph) => said.ByName is { } byName
        ? [.. graph.Outputs.Select(port => byName.TryGetValue(port.Name, out var reference) ? Find(reference) : null)]
        : [.. graph.Outputs.Select(_ => (Column?)Find(said.One!))];

    private List<Column> Columns(NamedData data, IReadOnlyList<string> names) => data.ByName is { } byName
        ? [.. names.Select(name => Find(byName[name]))]
        : data.One is { Column: not null } one ? [Find(one)]
        : [.. names.Select(name => Find(data.One! with { Column = name }))];

    private Column Find(DataReference reference)
    {
        var splits = Load(reference.Dataset).Splits;
        return !splits.TryGetValue(reference.Split, out var columns) ? throw new DataException($"The data '{reference.Dataset}' have no split '{reference.Split}'. They have {string.Join(", ", splits.Keys)}.")
            : columns.TryGetValue(reference.Column!, out var column) ? column
            : throw new DataException($"The split '{reference.Dataset}.{reference.Split}' has no column '{reference.Column}'. It has {string.Join(", ", columns.Keys)}.");
    }

    private Dataset Load(string name)
    {
        if (!_sets.TryGetValue(name, out var data))
        {
            var source = experiment.Definition.Data[name];
            data = DatasetLoader.Load(name, source, new RandomKey((ulong)experiment.Seed), Streams(name, source));
            _sets[name] = data;
            _digests[name] = data.Digests is { } told ? new JsonObject(told.GroupBy(digest => Path.GetFileName(digest.Key)).SelectMany(files => files.Select(digest =>
                KeyValuePair.Create<string, JsonNode?>(files.Count() == 1 ? files.Key! : digest.Key, digest.Value)))) : new JsonObject(source.Files.Distinct().GroupBy(Path.GetFileName).SelectMany(files => files.Select(path =>
                KeyValuePair.Create<string, JsonNode?>(files.Count() == 1 ? files.Key! : path, Digest(path)))));
            digestsKnown((JsonObject)_digests.DeepClone());
        }

        return data;
    }

    /// <summary>Whether a data set is read while it is used. A run keeps to what it began with, because the order of the examples depends on it.</summary>
    private bool Streams(string name, DataSource source)
    {
        if (!streams.TryGetValue(name, out var so))
        {
            streams[name] = so = StreamingRule.Streams(source);
        }

        if (so)
        {
            tell($"The data '{name}' are read while they are used{(source.Stream == Streaming.Auto ? ": they would take more than a quarter of the memory" : "")}");
        }

        return so;
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";
    }
}

/// <summary>Columns in the order of a model's inputs and outputs.</summary>
/// <param name="Inputs">A column for each input.</param>
/// <param name="Targets">A column for each output; empty to predict.</param>
/// <param name="Weights">A column of weights for each output, or null.</param>
internal sealed record Examples(IReadOnlyList<Column> Inputs, IReadOnlyList<Column> Targets, IReadOnlyList<Column?> Weights)
{
    /// <summary>How many examples there are.</summary>
    internal long Count => Inputs[0].Count;

    /// <summary>Batches of them.</summary>
    /// <param name="plan">Which examples a batch holds.</param>
    /// <param name="stop">Ends waiting for those that are read while they are used.</param>
    internal IBatchSource In(BatchPlan plan, CancellationToken stop) => Inputs.Concat(Targets).Concat(Weights).Any(column => column?.IsStreamed == true)
        ? new StreamedBatches(Inputs, Targets, Weights, plan, stop: stop)
        : new ColumnBatches(Inputs, Targets, Weights, plan);

    /// <summary>A part of them: neighbouring examples.</summary>
    internal Examples Part(long start, long length) => new(
        [.. Inputs.Select(column => column.Part(start, length))],
        [.. Targets.Select(column => column.Part(start, length))],
        [.. Weights.Select(column => column?.Part(start, length))]);
}
