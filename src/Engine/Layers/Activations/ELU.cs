using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>The exponential linear unit as a layer: <c>x</c> above 0, <c>alpha · (exp(x) − 1)</c> below.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.ELU</c>; Clevert, Unterthiner and Hochreiter (2015).
/// </remarks>
/// <example>ELU: { alpha: 0.5 }</example>
[KerasName("ELU")]
public sealed record ELU : FixedActivation
{
    /// <summary>The value approached far below 0, with its sign turned.</summary>
    public double Alpha { get; init; } = 1;

    /// <inheritdoc/>
    private protected override Activation Function => new Elu { Alpha = Alpha };
}
