using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>One value up to each boundary: the first up to and with the first boundary, the last beyond the last.</summary>
/// <remarks>
/// Errors: there must be one value more than boundaries, and boundaries must rise.
/// Source: Keras 3, <c>keras.optimizers.schedules.PiecewiseConstantDecay</c>.
/// </remarks>
/// <example>PiecewiseConstantDecay: { boundaries: [1000, 2000], values: [0.1, 0.01, 0.001] }</example>
[KerasName("PiecewiseConstantDecay", "PiecewiseConstant")]
public sealed record PiecewiseConstantDecay : LearningRateSchedule, IChecked
{
    /// <summary>The last step of each value but the last.</summary>
    public required IReadOnlyList<StepCount> Boundaries { get; init; }

    /// <summary>The learning rates.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <inheritdoc/>
    public override float At(long step)
    {
        var i = 0;
        while (i < Boundaries.Count && step > Boundaries[i].WholeSteps) // Keras compares whole numbers
        {
            i++;
        }

        return (float)Values[i];
    }

    /// <inheritdoc/>
    public override LearningRateSchedule InSteps(long stepsPerEpoch) =>
        this with { Boundaries = [.. Boundaries.Select(boundary => boundary.InSteps(stepsPerEpoch))] };

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Values.Count != Boundaries.Count + 1)
        {
            yield return new OptionMistake(
                "values", $"There are {Values.Count} values for {Boundaries.Count} boundaries.", $"{Boundaries.Count + 1} values, one more than boundaries");
        }

        if (Boundaries.Zip(Boundaries.Skip(1)).Any(pair => pair.First.InEpochs == pair.Second.InEpochs && pair.First.Number >= pair.Second.Number))
        {
            yield return new OptionMistake("boundaries", "The boundaries do not rise.", "each boundary above the one before");
        }
    }
}
