using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Transforms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Execution;

/// <summary>
/// What a run learned from its data before training, in <c>adapted.json</c>: what is done to the raw values of each input of the model,
/// the layers of the model that learned, and the sizes that the experiment asked for. With it the run's model takes raw values
/// without the data it was trained on.
/// </summary>
internal sealed class AdaptedFile
{
    private const string FileName = "adapted.json";
    private readonly SortedDictionary<string, FittedTransforms> _inputs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FittedTransforms> _outputs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FittedTransforms> _model = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _sizes = new(StringComparer.Ordinal);

    /// <summary>Whether each data set is read while it is used.</summary>
    internal IDictionary<string, bool> Streams { get; } = new SortedDictionary<string, bool>(StringComparer.Ordinal);

    /// <summary>Reads what a run left; nothing where it left nothing.</summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    internal static AdaptedFile Read(RunFolder folder)
    {
        var (path, read) = (folder.InFolder(FileName), new AdaptedFile());
        if (!File.Exists(path))
        {
            return read;
        }

        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            foreach (var (name, layers) in json["inputs"]!.AsObject())
            {
                read._inputs[name] = FittedTransforms.FromJson(layers!.AsArray());
            }

            foreach (var (name, layers) in json["outputs"]!.AsObject())
            {
                read._outputs[name] = FittedTransforms.FromJson(layers!.AsArray());
            }

            foreach (var (name, layers) in json["model"]!.AsObject())
            {
                read._model[name] = FittedTransforms.FromJson(layers!.AsArray());
            }

            foreach (var (name, size) in json["sizes"]!.AsObject())
            {
                read._sizes[name] = (int)size!;
            }

            foreach (var (name, streams) in json["streams"] as JsonObject ?? [])
            {
                read.Streams[name] = (bool)streams!;
            }

            return read;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or NullReferenceException or FormatException or ConfigException)
        {
            throw new DataException($"{path} is damaged.", broken);
        }
    }

    /// <summary>Writes it into a run's folder, whole or not at all.</summary>
    internal void Write(RunFolder folder) => WholeFile.Write(folder.InFolder(FileName), file =>
    {
        using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        new JsonObject
        {
            ["format"] = 1,
            ["inputs"] = new JsonObject(_inputs.Select(input => KeyValuePair.Create<string, JsonNode?>(input.Key, input.Value.ToJson()))),
            ["outputs"] = new JsonObject(_outputs.Select(output => KeyValuePair.Create<string, JsonNode?>(output.Key, output.Value.ToJson()))),
            ["model"] = new JsonObject(_model.Select(layer => KeyValuePair.Create<string, JsonNode?>(layer.Key, layer.Value.ToJson()))),
            ["sizes"] = new JsonObject(_sizes.Select(size => KeyValuePair.Create<string, JsonNode?>(size.Key, size.Value))),
            ["streams"] = new JsonObject(Streams.Select(set => KeyValuePair.Create<string, JsonNode?>(set.Key, set.Value))),
        }.WriteTo(writer);
    });

    /// <summary>Notes what is done to the values of an input of the model.</summary>
    internal void NoteInput(string name, Column column) => _inputs.TryAdd(name, new FittedTransforms(column.Layers));

    /// <summary>Notes what is done to the targets of an output of the model.</summary>
    internal void NoteOutput(string name, Column column) => _outputs.TryAdd(name, new FittedTransforms(column.Layers));

    /// <summary>Notes the layers of a model that have learned.</summary>
    internal void NoteModel(Graph graph, IReadOnlySet<string> learned)
    {
        foreach (var layer in graph.Layers.Where(layer => learned.Contains(layer.Name)))
        {
            _model[layer.Name] = new FittedTransforms([layer.Definition]);
        }
    }

    /// <summary>Notes sizes that the data told.</summary>
    internal void NoteSizes(IReadOnlyDictionary<string, int> sizes)
    {
        foreach (var (name, size) in sizes)
        {
            _sizes[name] = size;
        }
    }

    /// <summary>The run's experiment with all that was learned filled in; no data are read.</summary>
    internal CheckedExperiment Into(CheckedExperiment experiment)
    {
        var resolved = ExperimentLoader.Resolve(experiment, _sizes);
        return resolved.Model is not { } model || _model.Count == 0 ? resolved
            : resolved with { Model = model with { Graph = model.Graph.With(layer => _model.TryGetValue(layer.Name, out var learned) ? learned.Layers[0] : layer.Definition) } };
    }

    /// <summary>What is done to raw values of an input of the model, in order.</summary>
    internal IReadOnlyList<Layer> LayersOf(string input) => _inputs.GetValueOrDefault(input)?.Layers ?? [];

    /// <summary>A column of raw values for an input of the model, to which is done what was done to the training data.</summary>
    /// <param name="input">The name of the input.</param>
    /// <param name="values">The values as they are in a file. The column owns them from now on.</param>
    /// <exception cref="DataException">They are not such values as the run was trained on.</exception>
    internal Column Column(string input, ArrayValues values) => (_inputs.GetValueOrDefault(input) ?? new FittedTransforms([])).Apply(values);

    /// <summary>A column of raw values that are read while they are used, to which is done what was done to the training data.</summary>
    /// <param name="input">The name of the input.</param>
    /// <param name="raw">The values as they are in a file.</param>
    /// <exception cref="DataException">They are not such values as the run was trained on.</exception>
    internal Column Column(string input, Column raw) => (_inputs.GetValueOrDefault(input) ?? new FittedTransforms([])).Apply(raw);

    /// <summary>A column of raw targets for an output of the model, to which is done what was done to those of training.</summary>
    /// <param name="output">The name of the output.</param>
    /// <param name="values">The values as they are in a file. The column owns them from now on.</param>
    /// <exception cref="DataException">They are not such values as the run was trained on.</exception>
    internal Column Target(string output, ArrayValues values) => (_outputs.GetValueOrDefault(output) ?? new FittedTransforms([])).Apply(values);
}
