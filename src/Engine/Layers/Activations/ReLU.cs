using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>
/// The rectified linear unit as a layer: <c>x</c> above the threshold (at most <c>max_value</c>), <c>negative_slope · (x − threshold)</c>
/// below it.
/// </summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.ReLU</c>.
/// </remarks>
/// <example>ReLU: { max_value: 6 }</example>
[KerasName("ReLU")]
public sealed record ReLU : FixedActivation
{
    /// <summary>The greatest value that comes out; null is no limit.</summary>
    [AtLeast(0)]
    public double? MaxValue { get; init; }

    /// <summary>The slope below the threshold.</summary>
    [AtLeast(0)]
    public double NegativeSlope { get; init; }

    /// <summary>The value below which the function is flat (or has the negative slope).</summary>
    [AtLeast(0)]
    public double Threshold { get; init; }

    /// <inheritdoc/>
    private protected override Activation Function => new Relu { MaxValue = MaxValue, NegativeSlope = NegativeSlope, Threshold = Threshold };
}
