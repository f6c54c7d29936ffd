using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Limits how many boxes an image has; images themselves are left as they are, and a layer here sees no more than them.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Source: Keras 3, <c>keras.layers.MaxNumBoundingBoxes</c>.
/// </remarks>
/// <example>MaxNumBoundingBoxes: { max_number: 10 }</example>
[KerasName("MaxNumBoundingBoxes")]
public sealed record MaxNumBoundingBoxes : ImageLayer
{
    /// <summary>How many boxes an image has.</summary>
    [AtLeast(0)]
    public required int MaxNumber { get; init; }

    /// <summary>What stands for a box that is missing.</summary>
    public int FillValue { get; init; } = -1;

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws) => images;

    /// <inheritdoc/>
    private protected override string ChangeOnnx(OnnxGraph onnx, string images, Shape shape) => images;
}
