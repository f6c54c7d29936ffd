using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>Which input of an attention layer is which. One alone is query, value and key; without a key, the value is the key.</summary>
/// <param name="Query">The index of what asks.</param>
/// <param name="Value">The index of what is looked up.</param>
/// <param name="Key">The index of what the query is compared with.</param>
/// <param name="Mask">The index of Keras's <c>attention_mask</c>, or null.</param>
/// <param name="HasKey">Whether the key is an input of its own.</param>
internal sealed record AttentionOrder(int Query, int Value, int Key, int? Mask, bool HasKey)
{
    private static readonly string[] Places = ["query", "value", "key", "attention_mask"];

    /// <summary>The order of a call: inputs without a name are query, value and key in this order.</summary>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="call">What the call says beside its inputs.</param>
    /// <param name="takesMask">Whether the layer takes an <c>attention_mask</c>.</param>
    /// <exception cref="ShapeException">There are more inputs than the layer takes, or one has a name it does not know.</exception>
    internal static AttentionOrder Of(int count, CallOptions call, bool takesMask)
    {
        var at = new int?[Places.Length];
        var unnamed = 0;
        for (var i = 0; i < count; i++)
        {
            var name = i < call.InputNames.Count ? call.InputNames[i] : "";
            var place = name.Length == 0 ? unnamed++ : Array.IndexOf(Places, name);
            if (place < 0 || (name.Length > 0 && place == 3 && !takesMask))
            {
                throw new ShapeException($"takes no '{name}'");
            }

            if (place > (name.Length == 0 ? 2 : 3) || at[place] is not null)
            {
                throw new ShapeException($"takes a query, a value and a key, but was given {count} inputs");
            }

            at[place] = i;
        }

        var query = at[0] ?? throw new ShapeException("needs a query");
        var value = at[1] ?? query;
        return new AttentionOrder(query, value, at[2] ?? value, at[3], at[2] is not null);
    }

    /// <summary>Sees that value and key are equally long, and every number of features is known.</summary>
    /// <exception cref="ShapeException">They are not.</exception>
    internal void Check(IReadOnlyList<Spec> inputs)
    {
        foreach (var input in new[] { inputs[Query], inputs[Value], inputs[Key] })
        {
            input.NeedRank(3).NeedAxis(-1, "the number of features");
        }

        var (value, key) = (inputs[Value].Shape, inputs[Key].Shape);
        if (value.Rank != key.Rank || value.Skip(1).SkipLast(1).Zip(key.Skip(1).SkipLast(1)).Any(pair => pair is ({ } one, { } other) && one != other))
        {
            throw new ShapeException($"needs a value and a key of the same lengths, but they are {value} and {key}");
        }
    }

    /// <summary>Which positions may look at which, from the masks of the inputs: true where it may, <c>[batch, queries, keys]</c>.</summary>
    /// <param name="masks">A mask for each input, or null.</param>
    internal Tensor? FromMasks(IReadOnlyList<Tensor?> masks)
    {
        var rows = masks[Query]?.to_type(ScalarType.Bool).unsqueeze(-1); // [batch, queries, 1]
        var columns = And(masks[Value]?.to_type(ScalarType.Bool).unsqueeze(-2), HasKey ? masks[Key]?.to_type(ScalarType.Bool).unsqueeze(-2) : null);
        return And(rows, columns);
    }

    /// <summary>What both masks allow.</summary>
    internal static Tensor? And(Tensor? one, Tensor? other) => one is null ? other : other is null ? one : one.logical_and(other);

    /// <summary>Says in ONNX which keys each query may look at, as the masks of the inputs tell; null when all may.</summary>
    internal string? FromMasks(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs)
    {
        var rows = inputs[Query].Mask is { } query ? onnx.Unsqueeze(query, -1) : null; // [batch, queries, 1]
        var values = inputs[Value].Mask is { } value ? onnx.Unsqueeze(value, -2) : null;
        var keys = HasKey && inputs[Key].Mask is { } key ? onnx.Unsqueeze(key, -2) : null;
        return And(onnx, rows, And(onnx, values, keys));
    }

    /// <summary>What both allow, in ONNX; null allows all.</summary>
    internal static string? And(OnnxGraph onnx, string? one, string? other) => one is null ? other : other is null ? one : onnx.Add("And", [one, other]);

    /// <summary>Says in ONNX that no query looks at a later key, <c>[queries, keys]</c>.</summary>
    internal static string Causal(OnnxGraph onnx, string scores)
    {
        var ones = onnx.Add("Expand", [onnx.Number(1), onnx.ShapeOf(scores, -2, long.MaxValue)]);
        return onnx.Cast(onnx.Add("Trilu", [ones], ("upper", 0L)), DataType.Bool);
    }
}
