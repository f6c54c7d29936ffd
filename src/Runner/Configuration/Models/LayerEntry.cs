using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>An entry of <c>layers:</c>, with what concerns its place in the model set apart from the layer's own options.</summary>
internal sealed class LayerEntry
{
    private static readonly HashSet<string> PlaceOptions =
    [
        "from", "name", "repeat", "input_shape", "batch_input_shape", "input_dtype", "training", "use_causal_mask", "return_attention_scores",
        "reverse",
        .. TensorOptions,
    ];

    private LayerEntry(ScalarNode kind, MappingNode options) => (Kind, Options) = (kind, options);

    /// <summary>Call arguments that are tensors, by the names Keras's <c>call</c> gives them.</summary>
    internal static IReadOnlyList<string> TensorOptions => ["initial_state", "attention_mask"];

    /// <summary>Whether an option concerns the entry's place in the model, and not the layer itself.</summary>
    internal static bool IsPlaceOption(string kind, string name) => PlaceOptions.Contains(name) || GivenInputShape.IsOldName(kind, name);

    /// <summary>What the entry is: a layer's class, a block, a model, or a layer above.</summary>
    internal ScalarNode Kind { get; }

    /// <summary>The layer's own options, or a block's arguments.</summary>
    internal MappingNode Options { get; private init; }

    /// <summary>The name the entry gives, or null.</summary>
    internal ScalarNode? Name { get; private init; }

    /// <summary>Where the entry takes its inputs from; null is the entry above.</summary>
    internal IReadOnlyList<ScalarNode>? From { get; private init; }

    /// <summary>Further tensors it is called with, by the name of the argument.</summary>
    internal IReadOnlyList<(string Argument, ScalarNode From)> Tensors { get; private init; } = [];

    /// <summary>How often a block is written out in a row.</summary>
    internal int Repeat { get; private init; } = 1;

    /// <summary>The shape of the input that the first layer brings with it.</summary>
    internal GivenInputShape? InputShape { get; private init; }

    /// <summary>The type of the input that the first layer brings with it.</summary>
    internal DtypePolicy? InputType { get; private init; }

    /// <summary>What the call says beside its inputs.</summary>
    internal CallOptions Call { get; private init; } = CallOptions.None;

    /// <summary>Reads an entry; null when it has a mistake.</summary>
    internal static LayerEntry? Read(Node node, Reading reading)
    {
        switch (node)
        {
            case ScalarNode { IsNull: false } bare:
                return new LayerEntry(bare, new MappingNode([], bare.At));
            case MappingNode { Entries: [var only] }:
                return ReadOptions(only.Key, only.Value, reading.In(only.Name));
            case MappingNode { Entries: [var first, var second, ..] }:
                reading.Fail(
                    second.Key,
                    $"'{second.Name}' stands beside '{first.Name}', where one layer is due. Is it an option of '{first.Name}'? Then indent it further.",
                    "one layer an item of the list: a name, or a mapping of one name to its options");
                return null;
            default:
                reading.Mismatch(node, "a layer: a name, or a mapping of one name to its options");
                return null;
        }
    }

    private static LayerEntry? ReadOptions(ScalarNode kind, Node value, Reading reading)
    {
        if (value is ScalarNode { IsNull: true })
        {
            return new LayerEntry(kind, new MappingNode([], kind.At));
        }

        if (value is not MappingNode options)
        {
            reading.Mismatch(value, "a mapping of options");
            return null;
        }

        var good = true;
        var shape = GivenInputShape.Read(kind.Text, options, reading);
        good &= shape is not { Axes: null };
        var entry = new LayerEntry(kind, options.Without(options.Entries.Select(option => option.Name).Where(name => IsPlaceOption(kind.Text, name)).ToHashSet()))
        {
            Name = Text(options["name"], reading.In("name"), ref good),
            From = Names(options["from"], reading.In("from"), ref good),
            Tensors = [.. TensorOptions.SelectMany(argument => (Names(options[argument], reading.In(argument), ref good) ?? []).Select(from => (argument, from)))],
            Repeat = Value<int?>(options["repeat"], reading.In("repeat"), ref good) ?? 1,
            InputShape = shape,
            InputType = Value<DtypePolicy>(options["input_dtype"], reading.In("input_dtype"), ref good),
            Call = new CallOptions
            {
                Training = Value<bool?>(options["training"], reading.In("training"), ref good),
                UseCausalMask = Value<bool?>(options["use_causal_mask"], reading.In("use_causal_mask"), ref good) ?? false,
                ReturnAttentionScores = Value<bool?>(options["return_attention_scores"], reading.In("return_attention_scores"), ref good) ?? false,
                Reverse = Value<bool?>(options["reverse"], reading.In("reverse"), ref good) ?? false,
            },
        };
        if (entry.Repeat < 1)
        {
            good = reading.Fail(options["repeat"]!, $"repeat is {entry.Repeat}, which is out of range.", "a number of at least 1");
        }

        return good ? entry : null;
    }

    private static T? Value<T>(Node? node, Reading reading, ref bool good)
    {
        if (node is null)
        {
            return default;
        }

        if (Form.Of(typeof(T)).TryRead(node, reading, out var value))
        {
            return (T?)value;
        }

        good = false;
        return default;
    }

    private static ScalarNode? Text(Node? node, Reading reading, ref bool good)
    {
        if (node is null or ScalarNode { IsNull: true })
        {
            return null;
        }

        if (node is ScalarNode scalar)
        {
            return scalar;
        }

        good = reading.Mismatch(node, "a name");
        return null;
    }

    private static List<ScalarNode>? Names(Node? node, Reading reading, ref bool good)
    {
        if (node is null)
        {
            return null;
        }

        var names = new List<ScalarNode>();
        foreach (var item in node is ListNode list ? list.Items : [node])
        {
            if (item is ScalarNode { IsNull: false } name)
            {
                names.Add(name);
            }
            else
            {
                good = reading.Mismatch(item, "the name of a layer or an input, or a list of names");
            }
        }

        return names;
    }
}
