using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Which direction of a figure is better.</summary>
public enum MonitorMode
{
    /// <summary>As the figure's own nature is: up for accuracies, down for losses.</summary>
    Auto,

    /// <summary>The lower, the better.</summary>
    Min,

    /// <summary>The higher, the better.</summary>
    Max,
}

/// <summary>A callback that watches whether a figure gets better.</summary>
/// <remarks>Source: Keras 3, <c>keras/src/callbacks/monitor_callback.py</c>.</remarks>
public abstract record MonitorCallback : Callback
{
    /// <summary>The figure that is watched, by its name in the logs; <c>acc</c> and <c>accuracy</c> are one.</summary>
    public string Monitor { get; init; } = "val_loss";

    /// <summary>Which direction is better.</summary>
    public MonitorMode Mode { get; init; }

    /// <summary>Whether the figure is asked for at all.</summary>
    [NotAnOption]
    public virtual bool Watches => true;
}

/// <summary>Watches whether a figure gets better.</summary>
/// <param name="definition">Which figure, and which direction is better.</param>
/// <param name="minDelta">By how much it must change to count.</param>
public abstract class MonitorListener(MonitorCallback definition, double minDelta) : TrainingListener
{
    private bool _higherIsBetter;

    /// <inheritdoc/>
    public override string? Needs => definition.Watches ? definition.Monitor : null;

    /// <summary>The best value so far; null before the first.</summary>
    protected double? Best { get; set; }

    /// <inheritdoc/>
    public override void Save(SavedState state) => state.Put("best", Best);

    /// <inheritdoc/>
    public override void Restore(SavedState state) => Best = state.Number("best");

    /// <summary>The figure among an epoch's; null where it is not told.</summary>
    protected double? ValueIn(Logs logs) => logs.Find(definition.Monitor);

    /// <summary>Whether a value is better than another by more than what does not count.</summary>
    protected bool IsBetter(double value, double? reference) =>
        reference is not { } other || (_higherIsBetter ? value - Math.Abs(minDelta) > other : value + Math.Abs(minDelta) < other);

    /// <inheritdoc/>
    internal override void Attach(Training training)
    {
        base.Attach(training);
        _higherIsBetter = definition.Mode switch
        {
            MonitorMode.Min => false,
            MonitorMode.Max => true,
            _ => !definition.Watches || (training.HigherIsBetter(definition.Monitor) ?? throw new CallbackException(
                $"{Catalog.NameOf(definition.GetType())} cannot tell whether '{definition.Monitor}' is better when it is high or low: say mode: max or mode: min.")),
        };
    }
}
