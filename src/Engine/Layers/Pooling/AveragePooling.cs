using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What AveragePooling1D, AveragePooling2D and AveragePooling3D share.</summary>
public abstract record AveragePooling : PoolingLayer
{
    /// <summary>The mean of each window.</summary>
    internal static readonly PoolFunction Mean = (x, sizes, strides, pads, beyond) => sizes.Length == 2
        ? nn.functional.avg_pool2d(x, sizes, strides, pads, ceil_mode: beyond, count_include_pad: false)
        : nn.functional.avg_pool3d(x.to_type(ScalarType.Float32), sizes, strides, pads, ceil_mode: beyond, count_include_pad: false).to_type(x.dtype); // libtorch has it in float32 alone

    /// <inheritdoc/>
    private protected sealed override string OnnxOperator => "AveragePool";

    /// <inheritdoc/>
    private protected sealed override PoolFunction Function => Mean;
}
