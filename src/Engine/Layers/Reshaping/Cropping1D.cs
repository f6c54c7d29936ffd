using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Cuts off the borders of a sequence.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, new steps, channels]</c>, each shorter by what is cut off.
/// Errors: something must be left.
/// Source: Keras 3, <c>keras.layers.Cropping1D</c>.
/// </remarks>
/// <example>Cropping1D: { cropping: [1, 2] }</example>
[KerasName("Cropping1D")]
[RefusedOption("data_format", "its input is always [batch, steps, channels]")]
public sealed record Cropping1D : CroppingLayer
{
    /// <summary>How many values are cut off at the start and at the end; one number is for both.</summary>
    [PerAxis(2), AtLeast(0)]
    public IReadOnlyList<int> Cropping { get; init; } = [1, 1];

    /// <inheritdoc/>
    private protected override IReadOnlyList<IReadOnlyList<int>> Sides => [Cropping];
}
