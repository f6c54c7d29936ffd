using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>
/// Something that looks on while an estimator trains, step by step, by tf.estimator's names. This is the definition: it holds no state,
/// and every training starts it afresh.
/// </summary>
public abstract record Hook : IPlaced
{
    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;

    /// <summary>Begins to look on at a training.</summary>
    /// <param name="place">What the program around lends to the training.</param>
    public abstract TrainingHook Start(Surroundings place);
}
