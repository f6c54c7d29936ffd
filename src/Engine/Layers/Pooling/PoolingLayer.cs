using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What the layers share that take one value from each place of a window: all but the axes and the value.</summary>
public abstract record PoolingLayer : SpatialLayer
{
    /// <summary>What the window sees at the borders. What is padded there never counts.</summary>
    [OldName("border_mode")]
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The window that moves over the input.</summary>
    private protected abstract Window Window { get; }

    /// <summary>What libtorch takes from each window.</summary>
    private protected abstract PoolFunction Function { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input) =>
        new(Window.Over(input.NeedExactRank(Window.Rank + 2), DataFormat, input.Shape[Space.ChannelAxis(DataFormat)]));

    /// <summary>The operator of ONNX.</summary>
    private protected abstract string OnnxOperator { get; }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var pooler = new Pooler(Window, DataFormat, Function);
        return new FunctionModule(Compute, WriteOnnx);

        Tensor Compute(Tensor x, Call call)
        {
            var left = call.TakeLeft(x);
            return Finish(left is { IsPooled: true } ? x : pooler.Pool(call.Cast(x)), left, call);
        }
    }

    /// <summary>Does what the layer before left to this one.</summary>
    private Tensor Finish(Tensor y, LeftRest? left, Call call)
    {
        if (left is not { Bias: var bias, Activation: var activation })
        {
            return y;
        }

        var shifted = bias is null ? y : y.add_(DataFormat is Channels.First ? bias.reshape([-1, .. Enumerable.Repeat(1L, Window.Rank)]) : bias);
        return call.Activate(activation, shifted);
    }

    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var window = Window;
        var y = onnx.Add(OnnxOperator, [OnnxSpace.In(onnx, onnx.Float(x), DataFormat, window.Rank)], OnnxSpace.Attributes(window, x.Spec, DataFormat));
        return OnnxSpace.Out(onnx, y, DataFormat, window.Rank);
    }
}

/// <summary>A pooling function of libtorch, over two or three axes.</summary>
/// <param name="x">The view for libtorch.</param>
/// <param name="sizes">Lengths of the window.</param>
/// <param name="strides">How far it moves.</param>
/// <param name="pads">How much is padded at both ends of each axis; it does not count.</param>
/// <param name="beyond">Whether a window may reach beyond the end.</param>
internal delegate Tensor PoolFunction(Tensor x, long[] sizes, long[] strides, long[] pads, bool beyond);
