using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Cuts off the borders of a volume.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, new depth, new height, new width, channels]</c>, each
/// shorter by what is cut off.
/// Errors: something must be left.
/// Source: Keras 3, <c>keras.layers.Cropping3D</c>.
/// </remarks>
/// <example>Cropping3D: { cropping: 1 }</example>
[KerasName("Cropping3D")]
public sealed record Cropping3D : CroppingLayer
{
    /// <summary>How many values are cut off on each side: <c>[[front, back], [top, bottom], [left, right]]</c>; one number for an axis is for both its sides, one number alone for all.</summary>
    [PerSide(3)]
    public IReadOnlyList<IReadOnlyList<int>> Cropping { get; init; } = [[1, 1], [1, 1], [1, 1]];

    /// <inheritdoc/>
    private protected override IReadOnlyList<IReadOnlyList<int>> Sides => Cropping;
}
