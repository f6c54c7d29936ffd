using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>A rectified linear unit of old models: <c>x</c> above <c>theta</c>, 0 elsewhere.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 2, <c>keras.layers.ThresholdedReLU</c>; in Keras 3 its place is taken by <c>ReLU</c> with a threshold.
/// </remarks>
/// <example>ThresholdedReLU: { theta: 1.0 }</example>
[KerasName("ThresholdedReLU")]
public sealed record ThresholdedReLU : FixedActivation
{
    /// <summary>The value that must be exceeded.</summary>
    [AtLeast(0)]
    public double Theta { get; init; } = 1;

    /// <inheritdoc/>
    private protected override Activation Function => new Threshold { Limit = Theta, DefaultValue = 0 };
}
