using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>Computes convolutions, of any rank, stride, dilation, padding, format and number of groups.</summary>
/// <param name="window">The window that moves over the input.</param>
/// <param name="format">Where the channels stand in input and output.</param>
internal sealed class Convolver(Window window, Channels? format)
{
    private readonly long[] _strides = Space.PerAxis(window.Strides, 1);
    private readonly long[] _dilations = Space.PerAxis(window.Dilations, 1);

    /// <summary>The convolution (Keras's: a correlation) of an input with a kernel.</summary>
    /// <param name="x">The input, in the format of this.</param>
    /// <param name="kernel">The kernel, <c>[…, channels in / groups, channels out]</c>.</param>
    /// <param name="bias">What is added to each channel, or null.</param>
    internal Tensor Convolve(Tensor x, Tensor kernel, Tensor? bias)
    {
        var input = Space.In(x, format); // [batch, channels, …]
        var pads = Space.Padding(input, window);
        if (WinogradShape.Of(window, format, x.shape, kernel.shape) is { } shape && WinogradConvolution.Takes(shape, x.dtype))
        {
            return WinogradConvolution.Convolve(shape, x, kernel, bias);
        }

        var alike = Array.TrueForAll(pads, pad => pad.Before == pad.After); // libtorch itself pads both ends alike
        var padded = alike ? input : Space.Pad(input, pads);
        long[] left = [.. pads.Select(pad => alike ? pad.Before : 0)];
        var filters = Space.Filters(kernel); // [channels out, channels in / groups, …]
        var groups = input.shape[1] / filters.shape[1];
        var y = _strides.Length == 2
            ? nn.functional.conv2d(padded, filters, bias, _strides, left, _dilations, groups)
            : nn.functional.conv3d(padded, filters, bias, _strides, left, _dilations, groups);
        return Space.Out(y, format, window.Rank);
    }

    /// <summary>The greatest of each window of the convolution, where Winograd's tiles hold whole windows and no gradient is asked for; else null.</summary>
    internal Tensor? ConvolveAndPool(Tensor x, Tensor kernel, Window pooling) =>
        WinogradShape.Of(window, format, x.shape, kernel.shape) is { } shape && shape.HoldsWhole(pooling)
        && WinogradConvolution.Takes(shape, x.dtype) && !WinogradConvolution.NeedsGradient(x, kernel)
            ? WinogradConvolution.Convolve(shape with { Pools = true }, x, kernel, null) : null;

    /// <summary>Says the convolution in ONNX, channels before space.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="x">The input, channels where the layer has them.</param>
    /// <param name="path">What to call the kernel.</param>
    /// <param name="kernel">The kernel in Keras's order.</param>
    /// <param name="bias">The bias, or null.</param>
    internal string WriteOnnx(OnnxGraph onnx, OnnxValue x, string path, Tensor kernel, Weight? bias)
    {
        var filters = kernel.movedim([-1, -2], [0, 1]); // [channels out, channels in / groups, …]
        var groups = x.Spec.Shape[Space.ChannelAxis(format)]!.Value / filters.shape[1];
        string[] inputs = [OnnxSpace.In(onnx, x.Name, format, window.Rank), onnx.Constant(path, filters), .. bias is null ? [] : new[] { onnx.Weight(bias) }];
        return onnx.Add("Conv", inputs, [("group", groups), ("dilations", OnnxSpace.Longs(window.Dilations)), .. OnnxSpace.Attributes(window, x.Spec, format)]);
    }

    /// <summary>Says in ONNX a convolution of each channel by itself, channels before space.</summary>
    internal string WriteEachOnnx(OnnxGraph onnx, OnnxValue x, string path, Tensor kernel, Weight? bias)
    {
        var shape = kernel.shape;
        return WriteOnnx(onnx, x, path, kernel.reshape([.. shape[..^2], 1, shape[^2] * shape[^1]]), bias);
    }

    /// <summary>The convolution of each channel by itself.</summary>
    /// <param name="x">The input, in the format of this.</param>
    /// <param name="kernel">The kernel, <c>[…, channels, filters of each]</c>.</param>
    /// <param name="bias">What is added to each channel of the output, or null.</param>
    internal Tensor ConvolveEach(Tensor x, Tensor kernel, Tensor? bias)
    {
        var shape = kernel.shape;
        return Convolve(x, kernel.reshape([.. shape[..^2], 1, shape[^2] * shape[^1]]), bias);
    }
}
