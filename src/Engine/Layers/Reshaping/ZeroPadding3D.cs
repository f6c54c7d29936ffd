using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Puts zeros around a volume.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, new depth, new height, new width, channels]</c>, each
/// longer by what is padded.
/// Source: Keras 3, <c>keras.layers.ZeroPadding3D</c>.
/// </remarks>
/// <example>ZeroPadding3D: { padding: 1 }</example>
[KerasName("ZeroPadding3D")]
public sealed record ZeroPadding3D : ZeroPadding
{
    /// <summary>How many zeros there are on each side: <c>[[front, back], [top, bottom], [left, right]]</c>; one number for an axis is for both its sides, one number alone for all.</summary>
    [PerSide(3)]
    public IReadOnlyList<IReadOnlyList<int>> Padding { get; init; } = [[1, 1], [1, 1], [1, 1]];

    /// <inheritdoc/>
    private protected override IReadOnlyList<IReadOnlyList<int>> Sides => Padding;
}
