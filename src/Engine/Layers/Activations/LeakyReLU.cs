using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>The leaky rectified linear unit as a layer: <c>x</c> above 0, <c>negative_slope · x</c> below.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.LeakyReLU</c>.
/// </remarks>
/// <example>LeakyReLU: { negative_slope: 0.1 }</example>
[KerasName("LeakyReLU")]
public sealed record LeakyReLU : FixedActivation
{
    /// <summary>The slope below 0.</summary>
    [AtLeast(0)]
    [OldName("alpha")]
    public double NegativeSlope { get; init; } = 0.3;

    /// <inheritdoc/>
    private protected override Activation Function => new LeakyRelu { NegativeSlope = NegativeSlope };
}
