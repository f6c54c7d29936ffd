using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>A convolution over images in which every channel has filters of its own.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, channels · depth_multiplier]</c>,
/// lengths as those of Conv2D; channel <c>c · depth_multiplier + m</c> comes from channel <c>c</c>.
/// Weights: <c>kernel [height, width, channels, depth_multiplier]</c>, <c>bias [channels · depth_multiplier]</c>, as Keras saves
/// them.
/// Errors: the number of channels must be known; with <c>valid</c> the kernel must fit into the input.
/// Source: Keras 3, <c>keras.layers.DepthwiseConv2D</c>.
/// </remarks>
/// <example>DepthwiseConv2D: { kernel_size: [3, 3], depth_multiplier: 2, padding: same }</example>
[KerasName("DepthwiseConv2D")]
public sealed record DepthwiseConv2D : DepthwiseConvolution
{
    /// <summary>Height and width of the window.</summary>
    [PerAxis(2), AtLeast(1)]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves, down and to the right.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> Strides { get; init; } = [1, 1];

    /// <summary>What the window sees at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window sees.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override Window Window => new(KernelSize, Strides, DilationRate, (TimePadding)Padding);
}
