using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>A tensor in a file: an output of a layer's call.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Call">Which of its calls, from 0.</param>
/// <param name="Index">Which of the call's outputs, from 0.</param>
internal readonly record struct TensorKey(string Layer, int Call, int Index)
{
    /// <summary>Reads <c>["dense", 0, 0]</c>; null where it is something else.</summary>
    internal static TensorKey? Read(JsonNode? json) =>
        json is JsonArray { Count: 3 or 4 } list && list[0].AsText() is { } layer && list[1].Whole() is { } call && list[2].Whole() is { } index
            ? new TensorKey(layer, call, index) : null;
}

/// <summary>An argument of a layer's call, as a file has it.</summary>
internal abstract record Argument
{
    /// <summary>The tensors in it, in order.</summary>
    internal abstract IEnumerable<TensorKey> Tensors { get; }

    /// <summary>Reads an argument as Keras 3 writes it.</summary>
    internal static Argument Read(JsonNode? json) => json switch
    {
        JsonObject tensor when tensor.Text("class_name") == "__keras_tensor__" => new OfTensor(
            TensorKey.Read(tensor.Object("config")?["keras_history"]) ?? throw new FileProblem("A tensor in the model's configuration comes from nowhere.")),
        JsonArray list => new OfList([.. list.Select(Read)]),
        JsonObject map when !map.ContainsKey("class_name") => new OfMap([.. map.Select(pair => new KeyValuePair<string, Argument>(pair.Key, Read(pair.Value)))]),
        _ => new OfValue(json),
    };

    /// <summary>Reads an argument as Keras 2 writes it: a tensor is a list of a layer's name and two numbers.</summary>
    internal static Argument ReadOld(JsonNode? json, Func<string, bool> isLayer) => json switch
    {
        _ when TensorKey.Read(json) is { } key && isLayer(key.Layer) => new OfTensor(key),
        JsonArray list => new OfList([.. list.Select(item => ReadOld(item, isLayer))]),
        JsonObject map when !map.ContainsKey("class_name") =>
            new OfMap([.. map.Select(pair => new KeyValuePair<string, Argument>(pair.Key, ReadOld(pair.Value, isLayer)))]),
        _ => new OfValue(json),
    };

    /// <summary>A tensor.</summary>
    internal sealed record OfTensor(TensorKey Key) : Argument
    {
        internal override IEnumerable<TensorKey> Tensors => [Key];
    }

    /// <summary>Several arguments in a list.</summary>
    internal sealed record OfList(IReadOnlyList<Argument> Items) : Argument
    {
        internal override IEnumerable<TensorKey> Tensors => Items.SelectMany(item => item.Tensors);
    }

    /// <summary>Several arguments by name.</summary>
    internal sealed record OfMap(IReadOnlyList<KeyValuePair<string, Argument>> Items) : Argument
    {
        internal override IEnumerable<TensorKey> Tensors => Items.SelectMany(item => item.Value.Tensors);
    }

    /// <summary>Anything that is no tensor.</summary>
    internal sealed record OfValue(JsonNode? Value) : Argument
    {
        internal override IEnumerable<TensorKey> Tensors => [];
    }
}

/// <summary>A call of a layer, as a file has it.</summary>
/// <param name="Positional">The arguments without a name.</param>
/// <param name="Named">The arguments with a name.</param>
internal sealed record SavedCall(IReadOnlyList<Argument> Positional, IReadOnlyList<KeyValuePair<string, Argument>> Named)
{
    private const string Constant = "_CONSTANT_VALUE";

    /// <summary>Which Keras wrote the call, as its form shows.</summary>
    internal int Generation { get; private init; } = 3;

    /// <summary>All tensors that go in.</summary>
    internal IEnumerable<TensorKey> Tensors => Positional.SelectMany(argument => argument.Tensors).Concat(Named.SelectMany(argument => argument.Value.Tensors));

    /// <summary>Reads an entry of <c>inbound_nodes</c> of any generation.</summary>
    internal static SavedCall Read(JsonNode? json, Func<string, bool> isLayer)
    {
        if (json is JsonObject call && (call.ContainsKey("args") || call.ContainsKey("kwargs")))
        {
            return new SavedCall(
                [.. (call.List("args") ?? []).Select(Argument.Read)],
                [.. (call.Object("kwargs") ?? []).Select(pair => new KeyValuePair<string, Argument>(pair.Key, Argument.Read(pair.Value)))]);
        }

        var named = new List<KeyValuePair<string, Argument>>();
        var first = Old(json, isLayer, named);
        return new SavedCall([first is Argument.OfList { Items: [var only] } ? only : first], named) { Generation = 2 };
    }

    private static Argument Old(JsonNode? json, Func<string, bool> isLayer, List<KeyValuePair<string, Argument>> named)
    {
        if (json is JsonArray { Count: 3 or 4 } item && item[0].AsText() is { } layer && item[1].Whole() is not null)
        {
            if (item.Count == 4 && item[3] is JsonObject keywords)
            {
                foreach (var (name, value) in keywords.Where(pair => named.TrueForAll(known => known.Key != pair.Key)))
                {
                    named.Add(new(name, Argument.ReadOld(value, isLayer)));
                }
            }

            return layer == Constant ? new Argument.OfValue(item[2])
                : new Argument.OfTensor(TensorKey.Read(item) ?? throw new FileProblem("A tensor in the model's configuration comes from nowhere."));
        }

        return json switch
        {
            JsonArray list => new Argument.OfList([.. list.Select(part => Old(part, isLayer, named))]),
            JsonObject map => new Argument.OfMap([.. map.Select(pair => new KeyValuePair<string, Argument>(pair.Key, Old(pair.Value, isLayer, named)))]),
            _ => throw new FileProblem("The model's configuration joins its layers in a form that is not known."),
        };
    }
}
