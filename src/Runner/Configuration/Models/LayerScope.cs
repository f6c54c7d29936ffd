using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>A list of layers whose names know each other: a model's, or one use of a block.</summary>
/// <param name="model">The model they belong to.</param>
/// <param name="prefix">What stands before their names in the model: nothing, or the block's use and <c>_</c>.</param>
/// <param name="reading">The reading of the list.</param>
/// <param name="blocks">The blocks being written out around this one, to tell one that uses itself.</param>
internal sealed class LayerScope(ModelBuilder model, string prefix, Reading reading, IReadOnlyList<string> blocks)
{
    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly List<Slot> _all = [];
    private readonly List<LayerScope> _inner = [];

    /// <summary>What the first layer takes when it does not say.</summary>
    internal Slot? Entry { get; set; }

    /// <summary>All that <c>from:</c> may name, blocks written out.</summary>
    internal IEnumerable<Slot> Slots => _all.Concat(_inner.SelectMany(scope => scope.Slots));

    /// <summary>Lets <c>from:</c> name something.</summary>
    internal void Declare(string name, Slot slot)
    {
        _slots[name] = slot;
        _all.Add(slot);
    }

    /// <summary>What goes by a name here, or null.</summary>
    internal Slot? Find(string name) => _slots.GetValueOrDefault(name);

    /// <summary>Reads the entries; the slot of the last one, or null when none could be read.</summary>
    /// <param name="nodes">The entries.</param>
    /// <param name="takesInput">Whether the first entry may bring the model's input with it.</param>
    /// <param name="needsFrom">Whether the first entry must say where its input comes from.</param>
    internal Slot? Add(IReadOnlyList<Node> nodes, bool takesInput, bool needsFrom)
    {
        var entries = nodes.Select((node, i) => LayerEntry.Read(node, reading.In(i))).ToList();
        var good = entries.TrueForAll(entry => entry is not null);
        foreach (var name in entries.Select(entry => entry?.Name).OfType<ScalarNode>())
        {
            if (!model.Graph.TryTake(prefix + name.Text))
            {
                good = reading.Fail(name, $"Two layers are called '{name.Text}'.", "a name that no other layer has");
            }
        }

        if (!good)
        {
            foreach (var (entry, i) in entries.Select((entry, i) => (entry, i)))
            {
                _ = entry is null || model.Block(entry.Kind.Text) is not null || model.IsPart(entry.Kind.Text) || Find(entry.Kind.Text) is not null
                    || Definition(entry, reading.In(i)) is not null;
            }

            return null;
        }

        var above = Entry;
        for (var i = 0; i < entries.Count; i++)
        {
            above = AddEntry(entries[i]!, above, i == 0 && takesInput, i == 0 && needsFrom, reading.In(i));
        }

        return above;
    }

    /// <summary>Finds every slot's tensors, so that every mistake is told; false when there was one.</summary>
    internal bool FindAll()
    {
        var good = true;
        foreach (var slot in Slots.ToList())
        {
            good &= slot.Find() is not null;
        }

        return good;
    }

    /// <summary>The tensors that a name stands for; null when there was a mistake, now told.</summary>
    internal IReadOnlyList<TensorRef>? Tensors(ScalarNode name, Reading at)
    {
        var (slot, index) = (Find(name.Text), -1);
        if (slot is null && name.Text.LastIndexOf('.') is > 0 and var dot && int.TryParse(name.Text.AsSpan(dot + 1), out index))
        {
            slot = Find(name.Text[..dot]);
        }

        if (slot is null)
        {
            at.Fail(name, $"There is no layer or input '{name.Text}'.{NearestName.Hint(name.Text, _slots.Keys)}", $"one of {string.Join(", ", _slots.Keys)}");
            return null;
        }

        if (slot.Searching)
        {
            at.Fail(name, $"'{slot.Name}' would take its input from itself, through '{name.Text}'.", "layers that do not lead in a circle");
            return null;
        }

        var tensors = slot.Find();
        if (tensors is null || index < 0)
        {
            return tensors;
        }

        if (index >= tensors.Count)
        {
            at.Fail(name, $"'{slot.Name}' has no output {index}.", $"an output from 0 to {tensors.Count - 1}");
            return null;
        }

        return [tensors[index]];
    }

    private Slot AddEntry(LayerEntry entry, Slot? above, bool takesInput, bool needsFrom, Reading at)
    {
        var kind = entry.Kind.Text;
        if (model.Block(kind) is { } block)
        {
            return AddBlock(entry, block.Section, block.Reading, above, at);
        }

        if (entry.Repeat != 1)
        {
            at.Fail(entry.Kind, $"Only a block can be repeated, and '{kind}' is none.", "no 'repeat'");
        }

        var part = model.IsPart(kind);
        var shared = part || Catalog.Find(typeof(Layer), kind) is not null ? null : Find(kind);
        var definition = shared is null && !part ? Definition(entry, at) : null;
        var name = entry.Name is { } given ? prefix + given.Text
            : shared is not null || part ? model.Graph.FreeNameFrom(prefix + kind)
            : definition is null ? prefix + kind
            : model.Graph.FreeNameFrom(prefix + LayerNames.FromClass(Catalog.NameOf(definition.GetType())));
        if (takesInput && entry.InputShape is { Axes: { } axes, At: var place })
        {
            above = InputOf(entry, name, axes, place);
        }
        else if (entry.InputShape is { InOldWords: false, At: var misplaced })
        {
            at.Fail(misplaced, "Only the first layer of a model without 'inputs' brings its input shape.", "no 'input_shape'");
        }

        Slot? own = null;
        own = new Slot(entry.Name?.Text ?? name, entry.Kind.At, () =>
        {
            if (definition is Input input)
            {
                return InputTensor(input, name, entry, at);
            }

            var layer = shared is not null ? SharedLayer(shared, entry, at)
                : part ? model.Part(kind, entry.Kind)
                : definition is null ? null : GraphBuilder.Add(definition, name, entry.Kind.At);
            own!.Layer = layer;
            return Call(layer, name, entry, above, needsFrom, at);
        });
        Declare(entry.Name?.Text ?? name, own);
        return own;
    }

    private Slot InputOf(LayerEntry entry, string name, IReadOnlyList<long?> axes, SourceSpan at)
    {
        var inputName = name + "_input";
        model.Graph.TryTake(inputName);
        var spec = new Spec(new Shape(axes), entry.InputType?.Compute ?? DataType.Float32);
        var slot = new Slot(inputName, at, () => [model.Graph.Input(inputName, spec, at)]);
        Declare(inputName, slot);
        return slot;
    }

    private Slot AddBlock(LayerEntry entry, BlockSection section, Reading blockReading, Slot? above, Reading at)
    {
        var kind = entry.Kind.Text;
        var last = above;
        for (var round = 0; round < entry.Repeat; round++)
        {
            var name = entry.Name is { } given && round == 0 ? prefix + given.Text : model.Graph.FreeNameFrom(prefix + (entry.Name?.Text ?? kind));
            last = AddRound(name, last, round == 0 ? entry.From : null);
        }

        return last!;

        Slot AddRound(string name, Slot? input, IReadOnlyList<ScalarNode>? from)
        {
            var scope = new LayerScope(model, name + "_", blockReading.In("layers"), [.. blocks, kind]);
            var inner = new Lazy<Slot?>(() => Written(scope));
            scope.Entry = new Slot("input", entry.Kind.At, () => from is not null ? TensorsOf(from, at) : FromAbove(input, entry, at));
            scope.Declare("input", scope.Entry);
            var slot = new Slot(name, entry.Kind.At, () => inner.Value?.Find());
            _inner.Add(scope);
            Declare(name[prefix.Length..], slot);
            _ = inner.Value;
            return slot;
        }

        Slot? Written(LayerScope scope)
        {
            if (blocks.Contains(kind))
            {
                at.Fail(entry.Kind, $"The block '{kind}' uses itself.", "layers, models and other blocks");
                return null;
            }

            return BlockArguments.Of(kind, section, entry.Options, at) is { } arguments
                ? scope.Add([.. section.Layers.Select(arguments.Fill)], takesInput: false, needsFrom: false)
                : null;
        }
    }

    private Layer? Definition(LayerEntry entry, Reading at)
    {
        var node = entry.Options.Entries.Count == 0
            ? (Node)entry.Kind
            : new MappingNode([new Entry(entry.Kind, entry.Options)], entry.Kind.At);
        return Form.Of(typeof(Layer)).TryRead(node, at, out var layer) ? model.Admit((Layer)layer!, entry.Kind, at) : null;
    }

    private IReadOnlyList<TensorRef>? InputTensor(Input input, string name, LayerEntry entry, Reading at)
    {
        try
        {
            return [model.Graph.Input(name, input.ToSpec(), entry.Kind.At)];
        }
        catch (ShapeException misfit)
        {
            at.Fail(entry.Kind, $"Input {misfit.Message}.", "the lengths of the axes after the batch");
            return null;
        }
    }

    private static GraphLayer? SharedLayer(Slot shared, LayerEntry entry, Reading at)
    {
        if (shared.Searching || shared.Find() is null)
        {
            return null;
        }

        if (entry.Options.Entries is [var option, ..])
        {
            at.Fail(option.Key, $"'{shared.Name}' is used again with its weights, so it has no options of its own here.", "only from, name, and call arguments");
            return null;
        }

        if (shared.Layer is null)
        {
            at.Fail(entry.Kind, $"'{shared.Name}' is an input, and cannot be used as a layer.", "a layer");
        }

        return shared.Layer;
    }

    private IReadOnlyList<TensorRef>? Call(GraphLayer? layer, string name, LayerEntry entry, Slot? above, bool needsFrom, Reading at)
    {
        if (needsFrom && entry.From is null)
        {
            at.Fail(entry.Kind, "The model has several inputs, so its first layer must say 'from'.", "from: the name of an input");
            return null;
        }

        var inputs = entry.From is not null ? TensorsOf(entry.From, at.In("from")) : FromAbove(above, entry, at);
        var tensors = TensorsOf([.. entry.Tensors.Select(tensor => tensor.From)], at);
        if (layer is null || inputs is null || tensors is null)
        {
            return null;
        }

        var options = tensors.Count == 0 ? entry.Call : entry.Call with
        {
            InputNames = [.. inputs.Select(_ => ""), .. entry.Tensors.Select(tensor => tensor.Argument)],
        };
        try
        {
            var node = model.Graph.Call(layer, name, [.. inputs, .. tensors], options, entry.Kind.At);
            return [.. node.Outputs.Select((_, i) => new TensorRef(node, i))];
        }
        catch (ShapeException misfit)
        {
            at.Fail(entry.Kind, misfit.Message);
            return null;
        }
    }

    private static IReadOnlyList<TensorRef>? FromAbove(Slot? above, LayerEntry entry, Reading at)
    {
        if (above is null)
        {
            at.Fail(entry.Kind, "The model has no input.", "'input_shape' in the first layer, an 'Input' above it, or 'inputs' beside 'layers'");
            return null;
        }

        return above.Find();
    }

    private List<TensorRef>? TensorsOf(IReadOnlyList<ScalarNode> names, Reading at)
    {
        var found = names.Select(name => Tensors(name, at)).ToList();
        return found.TrueForAll(tensors => tensors is not null) ? [.. found.SelectMany(tensors => tensors!)] : null;
    }
}
