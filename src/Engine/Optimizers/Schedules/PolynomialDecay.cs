using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>Falls from one rate to another along a power of the time left: <c>(initial − end)·(1 − step / decay_steps)^power + end</c>.</summary>
/// <remarks>
/// After <c>decay_steps</c> the rate stays; with <c>cycle</c> it jumps up again, and each fall lasts to the next multiple of
/// <c>decay_steps</c>. Source: Keras 3, <c>keras.optimizers.schedules.PolynomialDecay</c>.
/// </remarks>
/// <example>PolynomialDecay: { initial_learning_rate: 0.1, decay_steps: 10000, end_learning_rate: 0.01, power: 0.5 }</example>
[KerasName("PolynomialDecay")]
public sealed record PolynomialDecay : LearningRateSchedule
{
    /// <summary>The learning rate of the first step.</summary>
    public required double InitialLearningRate { get; init; }

    /// <summary>How many steps the fall takes.</summary>
    [PositiveSteps]
    public required StepCount DecaySteps { get; init; }

    /// <summary>The learning rate at the end.</summary>
    public double EndLearningRate { get; init; } = 0.0001;

    /// <summary>The power; 1 falls in a straight line.</summary>
    public double Power { get; init; } = 1;

    /// <summary>Whether the rate jumps up again at the end.</summary>
    public bool Cycle { get; init; }

    /// <inheritdoc/>
    public override float At(long step)
    {
        var (now, length, end) = ((float)step, DecaySteps.Steps, (float)EndLearningRate);
        if (!Cycle)
        {
            now = MathF.Min(now, length);
        }
        else if (step != 0)
        {
            length *= MathF.Ceiling(now / length);
        }

        return (((float)InitialLearningRate - end) * MathF.Pow(1 - (now / length), (float)Power)) + end;
    }

    /// <inheritdoc/>
    public override LearningRateSchedule InSteps(long stepsPerEpoch) => this with { DecaySteps = DecaySteps.InSteps(stepsPerEpoch) };
}
