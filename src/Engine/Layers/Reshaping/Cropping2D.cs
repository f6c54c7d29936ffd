using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Cuts off the borders of an image.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, channels]</c>, each shorter by what is
/// cut off.
/// Errors: something must be left.
/// Source: Keras 3, <c>keras.layers.Cropping2D</c>.
/// </remarks>
/// <example>Cropping2D: { cropping: [[1, 0], [2, 2]] }</example>
[KerasName("Cropping2D")]
public sealed record Cropping2D : CroppingLayer
{
    /// <summary>How many values are cut off on each side: <c>[[top, bottom], [left, right]]</c>; one number for an axis is for both its sides, one number alone for all.</summary>
    [PerSide(2)]
    public IReadOnlyList<IReadOnlyList<int>> Cropping { get; init; } = [[0, 0], [0, 0]];

    /// <inheritdoc/>
    private protected override IReadOnlyList<IReadOnlyList<int>> Sides => Cropping;
}
