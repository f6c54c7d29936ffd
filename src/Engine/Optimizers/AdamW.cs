using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Adam, with weights that decay: <c>w −= rate·weight_decay·w</c> before each of its steps.</summary>
/// <remarks>
/// Slots: as <see cref="Adam"/>'s.
/// Source: Keras 3, <c>keras.optimizers.AdamW</c>; Loshchilov and Hutter (2017).
/// </remarks>
/// <example>AdamW: { learning_rate: 0.001, weight_decay: 0.01 }</example>
[KerasName("AdamW", "adamw")]
public sealed record AdamW : AdamLike
{
    /// <inheritdoc/>
    public override double? WeightDecay { get; init; } = 0.004;

    /// <summary>Whether the greatest average of squares so far counts, not the present one.</summary>
    public bool Amsgrad { get; init; }

    internal override void AddSlots(SlotList slots) => Adam.AddSlots(slots, Amsgrad);

    internal override void Move(Step step) => Adam.Move(step, step.LearningRate, Beta1, Beta2, Epsilon, Amsgrad);
}
