using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Puts zeros around an image.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c> becomes <c>[batch, new height, new width, channels]</c>, each longer by what is
/// padded.
/// Source: Keras 3, <c>keras.layers.ZeroPadding2D</c>.
/// </remarks>
/// <example>ZeroPadding2D: { padding: [[1, 0], [2, 2]] }</example>
[KerasName("ZeroPadding2D")]
public sealed record ZeroPadding2D : ZeroPadding
{
    /// <summary>How many zeros there are on each side: <c>[[top, bottom], [left, right]]</c>; one number for an axis is for both its sides, one number alone for all.</summary>
    [PerSide(2)]
    public IReadOnlyList<IReadOnlyList<int>> Padding { get; init; } = [[1, 1], [1, 1]];

    /// <inheritdoc/>
    private protected override IReadOnlyList<IReadOnlyList<int>> Sides => Padding;
}
