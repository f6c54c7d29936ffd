using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>
/// Normalizes each example over groups of channels: <c>gamma · (x − mean) / √(variance + epsilon) + beta</c>, with mean and variance over
/// a group's channels and all other axes but the batch.
/// </summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>gamma</c>, <c>beta</c>, both <c>[channels]</c>.
/// Errors: the number of channels must be known and divide by <c>groups</c>.
/// Source: Keras 3, <c>keras.layers.GroupNormalization</c>; Wu and He (2018).
/// </remarks>
/// <example>GroupNormalization: { groups: 2 }</example>
[KerasName("GroupNormalization")]
public sealed record GroupNormalization : AffineNormalization, IChecked
{
    /// <summary>Into how many groups the channels are split; −1 makes each channel a group of its own.</summary>
    public int Groups { get; init; } = 32;

    /// <summary>The axis of the channels; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Groups is 0 or < -1)
        {
            yield return new OptionMistake("groups", $"There cannot be {Groups} groups.", "a number of at least 1, or -1");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var channels = input.NeedRank(2).NeedAxis(input.NeedIndex(Axis), "the number of channels");
        return Groups == -1 || channels % Groups == 0 ? new Spec(input.Shape)
            : throw new ShapeException($"cannot split {channels} channels into {Groups} groups for its input {input.Shape}");
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(this, input.NeedIndex(Axis), input.Shape[Axis]!.Value, context);

    private sealed class Module(GroupNormalization layer, int axis, long channels, BuildContext context) : AffineModule(layer, [channels], context)
    {
        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var (rank, groups) = (x.Spec.Rank, layer.Groups == -1 ? channels : layer.Groups);
            long[] order = [0, axis, .. Enumerable.Range(1, rank - 1).Where(other => other != axis).Select(other => (long)other)];
            var turned = onnx.Turn(onnx.Float(x), order); // [batch, channels, …]
            var rows = onnx.Add(
                "InstanceNormalization",
                [onnx.Reshape(turned, 0, groups, -1), onnx.Fixed("ones", ones(groups)), onnx.Fixed("zeros", zeros(groups))],
                ("epsilon", (float)layer.Epsilon));
            long[] around = [channels, .. Enumerable.Repeat(1L, rank - 2)];
            var y = onnx.Add("Reshape", [rows, onnx.ShapeOf(turned)]);
            y = Gamma is null ? y : onnx.Times(y, onnx.Fixed("gamma", Gamma.view(around)));
            y = Beta is null ? y : onnx.Plus(y, onnx.Fixed("beta", Beta.view(around)));
            return onnx.Turn(y, [.. order.Select((_, at) => (long)Array.IndexOf(order, at))]);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            x = call.Cast(x);
            var groups = layer.Groups == -1 ? channels : layer.Groups;
            if (axis < x.dim() - 1)
            {
                return Normalize(x.movedim([axis], [1]), groups).movedim([1], [axis]);
            }

            // As one image of a single row, whatever the rank: libtorch takes it for its own channels_last format, and no values move.
            var rows = x.reshape(x.shape[0], 1, -1, channels).movedim([-1], [1]); // [batch, channels, 1, …]
            return Normalize(rows, groups).movedim([1], [-1]).reshape(x.shape);
        }

        // libtorch finds no gradient of an offset that has no scale beside it.
        private Tensor Normalize(Tensor x, long groups) => Gamma is null && Beta is not null
            ? nn.functional.group_norm(x, groups, eps: layer.Epsilon) + Beta.view([-1, .. Enumerable.Repeat(1L, (int)x.dim() - 2)])
            : nn.functional.group_norm(x, groups, Gamma, Beta, layer.Epsilon);
    }
}
