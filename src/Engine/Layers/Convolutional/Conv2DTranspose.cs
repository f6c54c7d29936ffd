using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>The transpose of a convolution over images: every input is spread over a window of the output, which makes an image larger.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, filters]</c>; a length becomes
/// <c>length · stride</c> with padding <c>same</c> and <c>(length − 1) · stride + max(reach, stride)</c> with <c>valid</c>, where
/// <c>reach = (kernel_size − 1) · dilation_rate + 1</c>; with <c>output_padding</c> it is
/// <c>(length − 1) · stride + output_padding</c> and 1 more with <c>same</c> where the reach is odd, or the reach more with
/// <c>valid</c>.
/// Weights: <c>kernel [height, width, filters, channels]</c>, <c>bias [filters]</c>, as Keras saves them.
/// Errors: the number of channels must be known; <c>output_padding</c> must be below the stride; strides and dilation cannot both
/// be above 1.
/// Source: Keras 3, <c>keras.layers.Conv2DTranspose</c>.
/// </remarks>
/// <example>Conv2DTranspose: { filters: 16, kernel_size: [3, 3], strides: [2, 2], padding: same, activation: relu }</example>
[KerasName("Conv2DTranspose", "Convolution2DTranspose", "Deconvolution2D", "Deconv2D")]
public sealed record Conv2DTranspose : TransposedConvolution
{
    /// <summary>Height and width of the window.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldParts("nb_row", "nb_col")]
    public required IReadOnlyList<int> KernelSize { get; init; }

    /// <summary>How far the window moves, down and to the right.</summary>
    [PerAxis(2), AtLeast(1)]
    [OldName("subsample")]
    public IReadOnlyList<int> Strides { get; init; } = [1, 1];

    /// <summary>Whether what the window reaches beyond the borders is cut off.</summary>
    [OldName("border_mode")]
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>The distance of the values that the window reaches.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> DilationRate { get; init; } = [1, 1];

    /// <summary>How much is added to the output's lengths; null makes them the strides' multiple.</summary>
    [PerAxis(2), AtLeast(0)]
    public IReadOnlyList<int>? OutputPadding { get; init; }

    /// <inheritdoc/>
    private protected override TransposedWindow Window => new(KernelSize, Strides, DilationRate, Padding, OutputPadding);
}
