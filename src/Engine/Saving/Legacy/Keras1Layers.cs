using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>
/// What files of Keras 1 (0.3 to 1.2) say of layers in another form than today's. Each function is one change. Names that have
/// only changed are no matter of files: each option knows its own old ones (<see cref="OldWordsAttribute"/>).
/// </summary>
/// <remarks>Source: Keras 2.0.9, <c>keras/legacy/interfaces.py</c>.</remarks>
internal static class Keras1Layers
{
    /// <summary>The changes, in order.</summary>
    internal static IReadOnlyList<Action<OldLayer>> Changes { get; } =
    [
        Classes, DimOrdering, InputType, StartValues, Padding, Merged, Functions,
    ];

    /// <summary>Keras 1: classes were called otherwise.</summary>
    private static void Classes(OldLayer layer)
    {
        if (Catalog.Find(typeof(Layer), layer.Class) is { } type)
        {
            layer.Class = Catalog.NameOf(type);
        }
    }

    /// <summary>Keras 1: <c>dim_ordering: default</c> was what the user's settings said.</summary>
    private static void DimOrdering(OldLayer layer)
    {
        if (layer.Config.Text("dim_ordering") is not ("tf" or "th"))
        {
            layer.Drop("dim_ordering");
        }
    }

    /// <summary>Keras 1: <c>input_dtype</c> was the type of the model's input; <c>input_dim</c> stands in the shape too.</summary>
    private static void InputType(OldLayer layer)
    {
        if (layer.Class == "InputLayer")
        {
            layer.Rename(("input_dtype", "dtype"));
        }

        layer.Drop("input_dtype");
        if (layer.Class is not "Embedding")
        {
            layer.Drop("input_dim", "input_length");
        }
    }

    /// <summary>Keras 1: start weights, which the file's overwrite; and a dropout of whole rows of an Embedding, which no later Keras has.</summary>
    private static void StartValues(OldLayer layer)
    {
        layer.Drop("weights");
        if (layer.Class == "Embedding")
        {
            layer.Drop("dropout");
        }
    }

    /// <summary>Keras 1: a padding by sides, <c>{top_pad: 1, …}</c>.</summary>
    private static void Padding(OldLayer layer)
    {
        if (layer.Class.StartsWith("ZeroPadding", StringComparison.Ordinal) && layer.Config.Object("padding") is { } sides)
        {
            layer.Config["padding"] = sides.ContainsKey("left_pad") && !sides.ContainsKey("top_pad")
                ? new JsonArray(sides["left_pad"].Whole() ?? 0, sides["right_pad"].Whole() ?? 0)
                : new JsonArray(Pair("top_pad", "bottom_pad"), Pair("left_pad", "right_pad"));
            JsonArray Pair(string one, string other) => new(sides[one].Whole() ?? 0, sides[other].Whole() ?? 0);
        }
    }

    /// <summary>Keras 1: one layer <c>Merge</c> might hold Python code, or a list of an axis for each input.</summary>
    private static void Merged(OldLayer layer)
    {
        if (layer.Class != "Merge")
        {
            return;
        }

        if (layer.Config.Text("mode_type") is "lambda" or "function")
        {
            throw new FileProblem($"{layer.Name} merges by a function that its author wrote in Python, and code is not read from files.");
        }

        layer.Drop("mode_type", "output_shape", "output_shape_type", "output_mask", "output_mask_type", "arguments", "layers");
        if (layer.Config["dot_axes"] is JsonArray { Count: 2 } pair && pair[0] is JsonArray { Count: 1 } one && pair[1] is JsonArray { Count: 1 } other)
        {
            layer.Config["dot_axes"] = new JsonArray(one[0]?.DeepClone(), other[0]?.DeepClone());
        }
    }

    /// <summary>Keras 1: regularizers and constraints had a <c>name</c> among their own numbers.</summary>
    private static void Functions(OldLayer layer)
    {
        foreach (var (option, value) in layer.Config.ToList())
        {
            if (value is JsonObject old && !old.ContainsKey("class_name") && old.Text("name") is { } name)
            {
                var numbers = new JsonObject([.. old.Where(pair => pair.Key != "name").Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value?.DeepClone()))]);
                layer.Config[option] = new JsonObject
                {
                    ["class_name"] = name is "WeightRegularizer" or "ActivityRegularizer" or "L1L2Regularizer" ? "L1L2" : name,
                    ["config"] = numbers,
                };
            }
        }
    }
}
