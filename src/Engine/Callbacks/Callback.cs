using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>
/// Something that looks on while a model or an estimator trains, epoch by epoch, and may act. This is the definition: it holds no
/// state, and every training starts it afresh.
/// </summary>
public abstract record Callback : IPlaced
{
    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;

    /// <summary>Begins to look on at a training.</summary>
    public abstract TrainingListener Start();
}
