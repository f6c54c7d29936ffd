using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>Turns a section <c>model:</c> into a graph, and tells every mistake on the way.</summary>
internal sealed class ModelBuilder
{
    private readonly ModelSection _section;
    private readonly Reading _reading;
    private readonly Mistakes _mistakes;
    private readonly int _assumedSize;
    private readonly SavedModels _saved;
    private readonly ModelBuilder? _outer;
    private readonly Dictionary<string, FilePath> _loadedParts;
    private readonly Dictionary<string, GraphLayer?> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _building = new(StringComparer.Ordinal);

    /// <summary>Begins a model.</summary>
    /// <param name="section">What the file says.</param>
    /// <param name="reading">The reading of the section.</param>
    /// <param name="mistakes">Where mistakes are told.</param>
    /// <param name="saved">The files of models that are named.</param>
    /// <param name="assumedSize">How large a vocabulary is taken to be that a layer has yet to learn.</param>
    /// <param name="outer">The model around it.</param>
    internal ModelBuilder(ModelSection section, Reading reading, Mistakes mistakes, SavedModels saved, int assumedSize, ModelBuilder? outer = null)
    {
        (_section, _reading, _mistakes, _saved, _assumedSize, _outer) = (section, reading, mistakes, saved, assumedSize, outer);
        _loadedParts = outer?._loadedParts ?? new(StringComparer.Ordinal);
    }

    /// <summary>Whether there is a layer that has yet to learn its vocabulary.</summary>
    internal bool Assumes { get; private set; }

    /// <summary>The graph that the model's layers are put into.</summary>
    internal GraphBuilder Graph { get; } = new();

    /// <summary>Where warnings go.</summary>
    internal Mistakes Mistakes => _mistakes;

    /// <summary>The names of the blocks and models that layers may be.</summary>
    internal IEnumerable<string> Names => _section.Blocks.Keys.Concat(_section.Models.Keys).Concat(_outer?.Names ?? []);

    /// <summary>Checks the section and joins its layers; null when there was a mistake.</summary>
    internal ModelDefinition? Build(string name, SourceSpan at)
    {
        if (_section.Load is { } file)
        {
            return LoadedModelBuilder.Build(_section, file, _saved, _reading, _mistakes);
        }

        if (_section.Layers is not { Count: > 0 } layers)
        {
            _reading.Fail(at, "The model has no layers.", "'layers', a list of at least one layer");
            return null;
        }

        foreach (var taken in _section.Blocks.Keys.Concat(_section.Models.Keys).Where(taken => Catalog.Find(typeof(Layer), taken) is not null))
        {
            _reading.Fail(at, $"'{taken}' names a block or a model, but is a layer's class.", "a name that no layer has");
        }

        var scope = new LayerScope(this, "", _reading.In("layers"), []);
        foreach (var (input, declared) in _section.Inputs ?? new Dictionary<string, InputSection>())
        {
            Graph.TryTake(input);
            var spec = new Spec(new Shape([declared.BatchSize, .. declared.Shape]), declared.Dtype?.Compute ?? DataType.Float32);
            scope.Declare(input, new Slot(input, at, () => [Graph.Input(input, spec, at)]));
        }

        scope.Entry = _section.Inputs is { Count: 1 } ? scope.Find(_section.Inputs.Keys.First()) : null;
        var needsFrom = _section.Inputs is { Count: > 1 };
        if (scope.Add([.. layers.Select(layer => layer.Node)], takesInput: _section.Inputs is null, needsFrom) is not { } last || scope.FindAll() is false)
        {
            return null;
        }

        return Outputs(scope, last) is { } outputs && Finish(outputs, scope, at) is { } graph
            ? new ModelDefinition(name, graph, _parts.Where(part => part.Value is not null).ToDictionary(part => part.Key, part => part.Value!))
            {
                Trainable = _section.Trainable,
                LoadedParts = _loadedParts,
            }
            : null;
    }

    /// <summary>A layer that was read, with a size assumed where it has yet to learn its vocabulary; null when it cannot learn here, which is then told.</summary>
    internal Layer? Admit(Layer layer, ScalarNode use, Reading at)
    {
        if (layer is not IAdapts { NeedsData: true })
        {
            return layer;
        }

        if (_outer is not null)
        {
            at.Fail(use, $"{use.Text} learns from data, so it stands among the layers of the model itself.", "a layer that is given what it would learn");
            return null;
        }

        Assumes |= layer is IHasVocabulary;
        return layer is IHasVocabulary vocabulary ? vocabulary.Assuming(_assumedSize) : layer;
    }

    /// <summary>The block of a name, here or in the model around; null when there is none.</summary>
    internal (BlockSection Section, Reading Reading)? Block(string name) =>
        _section.Blocks.TryGetValue(name, out var block) ? (block, _reading.In("blocks").In(name)) : _outer?.Block(name);

    /// <summary>Whether a name is a model's, here or in the model around.</summary>
    internal bool IsPart(string name) => _section.Models.ContainsKey(name) || _outer?.IsPart(name) is true;

    /// <summary>The model of a name as a layer, the same each time; null when it has a mistake, already told.</summary>
    internal GraphLayer? Part(string name, ScalarNode use)
    {
        if (!_section.Models.TryGetValue(name, out var section))
        {
            return _outer?.Part(name, use);
        }

        if (_parts.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!_building.Add(name))
        {
            _reading.Fail(use, $"The model '{name}' contains itself.", "layers and other models");
            return null;
        }

        var definition = new ModelBuilder(section, _reading.In("models").In(name), _mistakes, _saved, _assumedSize, this).Build(name, use.At);
        _building.Remove(name);
        if (definition is null)
        {
            return _parts[name] = null;
        }

        var part = GraphBuilder.Add(new Functional { Graph = definition.Graph, Trainable = definition.Trainable }, name, use.At);
        if (definition.LoadedFrom is { } file)
        {
            _loadedParts[name] = file;
        }

        return _parts[name] = part;
    }

    private List<Port>? Outputs(LayerScope scope, Slot last)
    {
        if (_section.Outputs is null)
        {
            return last.Find() is { } tensors ? [.. tensors.Select(tensor => new Port(tensor.Name, tensor))] : null;
        }

        var ports = new List<Port>();
        foreach (var name in _section.Outputs)
        {
            var at = new ScalarNode(name, quoted: false, last.At);
            if (scope.Tensors(at, _reading.In("outputs")) is not { } tensors)
            {
                return null;
            }

            ports.AddRange(tensors.Select(tensor => new Port(tensors.Count == 1 ? name : tensor.Name, tensor)));
        }

        return ports;
    }

    private Graph? Finish(List<Port> outputs, LayerScope scope, SourceSpan at)
    {
        var graph = Graph.Build(outputs);
        var used = graph.Nodes.SelectMany(node => node.Inputs).Concat(outputs.Select(port => port.Tensor)).Select(tensor => tensor.Node).ToHashSet();
        var good = true;
        foreach (var input in graph.Inputs.Where(input => !used.Contains(input.Tensor.Node)))
        {
            good = _reading.In("inputs").Fail(at, $"Nothing that leads to an output takes the input '{input.Name}'.", "every input to be used");
        }

        foreach (var slot in scope.Slots.Where(slot => slot.Layer is not null && slot.Find() is { } tensors && !tensors.Any(tensor => used.Contains(tensor.Node))))
        {
            _mistakes.Warn(slot.At, $"'{slot.Name}' leads to no output, so it is left out.", _reading.Path);
        }

        return good ? graph : null;
    }
}
