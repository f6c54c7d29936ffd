using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Repeats each step of a sequence.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, steps · size, channels]</c>.
/// Source: Keras 3, <c>keras.layers.UpSampling1D</c>.
/// </remarks>
/// <example>UpSampling1D: { size: 2 }</example>
[KerasName("UpSampling1D")]
[RefusedOption("data_format", "its input is always [batch, steps, channels]")]
public sealed record UpSampling1D : UpSampling
{
    /// <summary>How many times each step comes.</summary>
    [AtLeast(1)]
    [OldName("length")]
    public int Size { get; init; } = 2;

    /// <inheritdoc/>
    private protected override IReadOnlyList<int> Factors => [Size];
}
