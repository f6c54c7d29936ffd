using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What MaxPooling1D, MaxPooling2D and MaxPooling3D share.</summary>
public abstract record MaxPooling : PoolingLayer
{
    /// <summary>The greatest value of each window.</summary>
    internal static readonly PoolFunction Greatest = (x, sizes, strides, pads, beyond) => sizes.Length == 2
        ? nn.functional.max_pool2d(x, sizes, strides, pads, ceil_mode: beyond)
        : nn.functional.max_pool3d(x, sizes, strides, pads, ceil_mode: beyond);

    /// <summary>The window that moves over the input.</summary>
    internal Window Moved => Window;

    /// <inheritdoc/>
    private protected sealed override PoolFunction Function => Greatest;

    /// <inheritdoc/>
    private protected sealed override string OnnxOperator => "MaxPool";
}
