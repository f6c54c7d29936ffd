using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Puts zeros around a sequence.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, channels]</c>, each longer by what is padded.
/// Source: Keras 3, <c>keras.layers.ZeroPadding1D</c>.
/// </remarks>
/// <example>ZeroPadding1D: { padding: [2, 0] }</example>
[KerasName("ZeroPadding1D")]
public sealed record ZeroPadding1D : ZeroPadding
{
    /// <summary>How many zeros there are at the start and at the end; one number is for both.</summary>
    [PerAxis(2), AtLeast(0)]
    public IReadOnlyList<int> Padding { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override IReadOnlyList<IReadOnlyList<int>> Sides => [Padding];
}
