using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>Falls along half a wave of the cosine, jumps up and falls again, each time over <c>t_mul</c> times as many steps.</summary>
/// <remarks>
/// Source: Keras 3, <c>keras.optimizers.schedules.CosineDecayRestarts</c>; Loshchilov and Hutter (2016).
/// </remarks>
/// <example>CosineDecayRestarts: { initial_learning_rate: 0.1, first_decay_steps: 1000 }</example>
[KerasName("CosineDecayRestarts")]
public sealed record CosineDecayRestarts : LearningRateSchedule
{
    /// <summary>The learning rate of the first step.</summary>
    public required double InitialLearningRate { get; init; }

    /// <summary>How many steps the first fall takes.</summary>
    [PositiveSteps]
    public required StepCount FirstDecaySteps { get; init; }

    /// <summary>How many times longer each fall is than the one before.</summary>
    [Above(0)]
    public double TMul { get; init; } = 2;

    /// <summary>How many times higher each fall starts than the one before.</summary>
    public double MMul { get; init; } = 1;

    /// <summary>What is left at the end of a fall, as a fraction of <c>initial_learning_rate</c>.</summary>
    public double Alpha { get; init; }

    /// <inheritdoc/>
    public override float At(long step)
    {
        var (longer, alpha) = ((float)TMul, (float)Alpha);
        var part = step / FirstDecaySteps.Steps;
        float restarts;
        if (longer == 1)
        {
            restarts = MathF.Floor(part);
            part -= restarts;
        }
        else
        {
            restarts = MathF.Floor(MathF.Log(1 - (part * (1 - longer))) / MathF.Log(longer));
            var length = MathF.Pow(longer, restarts);
            part = (part - ((1 - length) / (1 - longer))) / length;
        }

        var cosine = 0.5f * MathF.Pow((float)MMul, restarts) * (1 + MathF.Cos(MathF.PI * part));
        return (float)InitialLearningRate * (((1 - alpha) * cosine) + alpha);
    }

    /// <inheritdoc/>
    public override LearningRateSchedule InSteps(long stepsPerEpoch) => this with { FirstDecaySteps = FirstDecaySteps.InSteps(stepsPerEpoch) };
}
