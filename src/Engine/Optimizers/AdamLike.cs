using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>What Adam and its kin have in common: two moving averages, of the gradient and of its square.</summary>
public abstract record AdamLike : GradientOptimizer
{
    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>What part of the gradient's average stays in each step.</summary>
    [KerasName("beta_1")]
    [Between(0, 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>What part of the squared gradient's average stays in each step.</summary>
    [KerasName("beta_2")]
    [Between(0, 1)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the divisor, so that it is never zero.</summary>
    [AtLeast(0)]
    public virtual double Epsilon { get; init; } = 1e-7;

    /// <summary>What the average of the gradients is short of after so many steps: <c>1 − betaᵗ</c>, in float32 as in Keras.</summary>
    private protected static float Bias(double beta, long steps) => 1 - MathF.Pow((float)beta, steps);
}
