using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>How a layer that finds a number for each token puts it out.</summary>
public enum OutputMode
{
    /// <summary>The numbers themselves.</summary>
    Int,

    /// <summary>A row for each token, with a 1 at its number.</summary>
    OneHot,

    /// <summary>A row for each example, with a 1 at the number of each of its tokens.</summary>
    [KerasName("multi_hot", "binary")]
    MultiHot,

    /// <summary>A row for each example, with how often it has each token.</summary>
    Count,

    /// <summary>A row for each example, with how often it has each token, times the token's weight.</summary>
    [KerasName("tf_idf", "tf-idf")]
    TfIdf,
}

/// <summary>Turns numbers of tokens into rows.</summary>
/// <remarks>
/// The tokens of an example are those along axis 1; an input without that axis has one token an example. A number that is no
/// token's counts nowhere. Source: Keras 3, <c>keras/src/utils/numerical_utils.py</c>.
/// </remarks>
internal static class OutputModes
{
    /// <summary>What comes out.</summary>
    /// <param name="mode">How.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="depth">How long the rows are; null where only data tell.</param>
    /// <param name="whole">The type of the numbers themselves.</param>
    internal static Spec Infer(this OutputMode mode, Spec input, long? depth, DataType whole) => mode switch
    {
        OutputMode.Int => new Spec(input.Shape, whole),
        OutputMode.OneHot => new Spec(new Shape([.. IsColumn(input.Shape.Count, input.Shape.Last) ? input.Shape.SkipLast(1) : input.Shape, depth])),
        _ => new Spec(new Shape([input.Shape[0], .. input.Shape.Skip(2), depth])),
    };

    /// <summary>The rows.</summary>
    /// <param name="mode">How.</param>
    /// <param name="numbers">The numbers of the tokens.</param>
    /// <param name="depth">How long the rows are.</param>
    /// <param name="weights">How much each token counts, for <see cref="OutputMode.Count"/>; null is 1.</param>
    internal static Tensor Encode(this OutputMode mode, Tensor numbers, long depth, Tensor? weights = null)
    {
        if (mode == OutputMode.Int)
        {
            return numbers;
        }

        var valid = numbers.ge(0) & numbers.lt(depth);
        var places = where(valid, numbers.to_type(ScalarType.Int64), depth); // the place behind the last is left out
        if (mode == OutputMode.OneHot)
        {
            places = IsColumn(places.dim(), places.shape[^1]) ? places.squeeze(-1) : places;
            return nn.functional.one_hot(places, depth + 1).narrow(-1, 0, depth).to_type(ScalarType.Float32);
        }

        if (places.dim() < 2)
        {
            (places, weights) = (places.unsqueeze(1), weights?.unsqueeze(1));
        }

        var (tokens, counts) = (places.movedim([1], [-1]).contiguous(), weights?.movedim([1], [-1]).to_type(ScalarType.Float32).contiguous()); // [batch, …, tokens]
        var rows = zeros([.. tokens.shape[..^1], depth + 1]);
        rows = mode == OutputMode.MultiHot
            ? rows.scatter_(-1, tokens, ones_like(tokens, ScalarType.Float32))
            : rows.scatter_add_(-1, tokens, counts ?? ones_like(tokens, ScalarType.Float32));
        return rows.narrow(-1, 0, depth);
    }

    /// <summary>Says the rows in ONNX.</summary>
    /// <param name="mode">How.</param>
    /// <param name="onnx">The graph.</param>
    /// <param name="numbers">The numbers of the tokens, int64.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="depth">How long the rows are.</param>
    /// <param name="weights">How much each token counts, float32; null is 1.</param>
    internal static string WriteOnnx(this OutputMode mode, OnnxGraph onnx, string numbers, Shape shape, long depth, string? weights = null)
    {
        var (column, alone) = (mode == OutputMode.OneHot && IsColumn(shape.Count, shape.Last), mode != OutputMode.OneHot && shape.Count < 2);
        string Placed(string values) => column ? onnx.Squeeze(values, -1) : alone ? onnx.Unsqueeze(values, 1) : values;

        var found = onnx.Add("Equal", [onnx.Unsqueeze(Placed(numbers), -1), onnx.Fixed("places", arange(depth, ScalarType.Int64))]);
        var rows = onnx.Cast(found, DataType.Float32); // [batch, tokens, …, depth]
        return mode switch
        {
            OutputMode.OneHot => rows,
            OutputMode.MultiHot => onnx.Add("ReduceMax", [rows], ("axes", (long[])[1]), ("keepdims", 0L)),
            _ => onnx.Sum(weights is null ? rows : onnx.Times(rows, onnx.Unsqueeze(Placed(weights), -1)), keep: false, 1),
        };
    }

    /// <summary>A mistake where a layer has no such mode.</summary>
    internal static IEnumerable<OptionMistake> NeedOneOf(this OutputMode mode, params IReadOnlyList<OutputMode> allowed)
    {
        if (!allowed.Contains(mode))
        {
            yield return new OptionMistake(
                "output_mode", $"output_mode cannot be '{SnakeCase.From(mode.ToString())}' here.", $"one of {string.Join(", ", allowed.Select(one => SnakeCase.From(one.ToString())))}");
        }
    }

    private static bool IsColumn(long rank, long? last) => rank > 1 && last == 1;
}
