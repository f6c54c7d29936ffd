using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Repeats each value of a volume along its three axes.</summary>
/// <remarks>
/// Shape: <c>[batch, depth, height, width, channels]</c> becomes <c>[batch, depth · size, height · size, width · size, channels]</c>.
/// Source: Keras 3, <c>keras.layers.UpSampling3D</c>.
/// </remarks>
/// <example>UpSampling3D: { size: [1, 2, 2] }</example>
[KerasName("UpSampling3D")]
public sealed record UpSampling3D : UpSampling
{
    /// <summary>How many times each value comes along each axis.</summary>
    [PerAxis(3), AtLeast(1)]
    public IReadOnlyList<int> Size { get; init; } = [2, 2, 2];

    /// <inheritdoc/>
    private protected override IReadOnlyList<int> Factors => Size;
}
