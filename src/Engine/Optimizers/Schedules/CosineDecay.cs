using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>Falls along half a wave of the cosine; before that the rate may warm up along a straight line.</summary>
/// <remarks>
/// <c>rate · ((1 − alpha)·½(1 + cos(π·step / decay_steps)) + alpha)</c>, where the rate is <c>initial_learning_rate</c>; with a
/// <c>warmup_target</c>, it rises from <c>initial_learning_rate</c> to the target in <c>warmup_steps</c>, and falls from there.
/// Source: Keras 3, <c>keras.optimizers.schedules.CosineDecay</c>; Loshchilov and Hutter (2016).
/// </remarks>
/// <example>CosineDecay: { initial_learning_rate: 0.0, decay_steps: 10000, warmup_target: 0.1, warmup_steps: 1000 }</example>
[KerasName("CosineDecay")]
public sealed record CosineDecay : LearningRateSchedule
{
    /// <summary>The learning rate of the first step.</summary>
    public required double InitialLearningRate { get; init; }

    /// <summary>How many steps the fall takes.</summary>
    [PositiveSteps]
    public required StepCount DecaySteps { get; init; }

    /// <summary>What is left at the end, as a fraction of the rate that the fall started from.</summary>
    public double Alpha { get; init; }

    /// <summary>The rate that the warm-up rises to; null is no warm-up.</summary>
    public double? WarmupTarget { get; init; }

    /// <summary>How many steps the warm-up takes.</summary>
    public StepCount WarmupSteps { get; init; }

    /// <inheritdoc/>
    public override float At(long step)
    {
        var (now, length, initial) = ((float)step, DecaySteps.Steps, (float)InitialLearningRate);
        if (WarmupTarget is null)
        {
            return Fall(initial, MathF.Min(now, length) / length);
        }

        var (target, warmup) = ((float)WarmupTarget, WarmupSteps.Steps);
        now = MathF.Min(now, length + warmup);
        return now < warmup ? ((target - initial) * (now / warmup)) + initial : Fall(target, (now - warmup) / length);
    }

    /// <inheritdoc/>
    public override LearningRateSchedule InSteps(long stepsPerEpoch) =>
        this with { DecaySteps = DecaySteps.InSteps(stepsPerEpoch), WarmupSteps = WarmupSteps.InSteps(stepsPerEpoch) };

    private float Fall(float from, float part)
    {
        var cosine = 0.5f * (1 + MathF.Cos(MathF.PI * part));
        return from * (((float)(1 - Alpha) * cosine) + (float)Alpha);
    }
}
