using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Turns the numbers of categories into rows: a 1, or a count, at the place of each number.</summary>
/// <remarks>
/// Shape: <c>[batch, n]</c> becomes <c>[batch, num_tokens]</c>; with <c>one_hot</c>, <c>[batch, …]</c> becomes <c>[batch, …, num_tokens]</c>,
/// and a last axis of length 1 gives way.
/// A second input says how much each number counts; it goes with <c>count</c>. A number below 0, or not below num_tokens, counts nowhere.
/// Source: Keras 3, <c>keras.layers.CategoryEncoding</c>.
/// </remarks>
/// <example>CategoryEncoding: { num_tokens: 6, output_mode: count }</example>
[KerasName("CategoryEncoding")]
[RefusedOption("sparse", "sparse tensors are not supported")]
public sealed record CategoryEncoding : Layer, IChecked
{
    /// <summary>How many categories there are, from 0.</summary>
    [AtLeast(1)]
    [KerasName("num_tokens", "max_tokens")]
    public required int NumTokens { get; init; }

    /// <summary>What a row has.</summary>
    public OutputMode OutputMode { get; init; } = OutputMode.MultiHot;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => OutputMode.NeedOneOf(OutputMode.MultiHot, OutputMode.OneHot, OutputMode.Count);

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        if (inputs.Count > 2 || (inputs.Count == 2 && OutputMode != OutputMode.Count))
        {
            throw new ShapeException($"takes one input, and with output_mode count a second of weights, but was given {inputs.Count}");
        }

        if (inputs.Count == 2 && inputs[0].Rank != inputs[1].Rank)
        {
            throw new ShapeException($"takes weights of its input's shape, but they are {inputs[1]} and {inputs[0]}");
        }

        return [OutputMode.Infer(inputs[0], NumTokens, DataType.Int64)];
    }

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => new Module(OutputMode, NumTokens);

    private sealed class Module(OutputMode mode, int depth) : LayerModule
    {
        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options) =>
            [mode.WriteOnnx(onnx, onnx.Cast(inputs[0].Name, DataType.Int64), inputs[0].Spec.Shape, depth, inputs.Count > 1 ? onnx.Float(inputs[1]) : null)];

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call) =>
            [mode.Encode(inputs[0].to_type(ScalarType.Int64), depth, inputs.Count > 1 ? inputs[1] : null)];
    }
}
