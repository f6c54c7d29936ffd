using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>One call of an estimator's <c>train</c>, while it lasts.</summary>
/// <param name="estimator">The estimator that trains.</param>
/// <param name="lastStep">The step it trains to; null when only the end of the data ends it.</param>
/// <param name="measures">What was measured since the last line of figures.</param>
public sealed class TrainingSession(Estimator estimator, long? lastStep, Measures measures)
{
    /// <summary>The estimator that trains.</summary>
    public Estimator Estimator { get; } = estimator;

    /// <summary>The step at which this training began.</summary>
    public long FirstStep { get; } = estimator.GlobalStep;

    /// <summary>The step it trains to; null when only the end of the data ends it.</summary>
    public long? LastStep { get; } = lastStep;

    /// <summary>How many steps were made, in this training and before.</summary>
    public long GlobalStep => Estimator.GlobalStep;

    /// <summary>What was measured since the last line of figures.</summary>
    public Measures Measures { get; } = measures;

    /// <summary>The last line of figures, or null before the first.</summary>
    public Logs? LastLogs { get; private set; }

    /// <summary>How many examples this training has seen.</summary>
    public long Examples { get; internal set; }

    /// <summary>How many whole passes over the data this training has made.</summary>
    public long Passes { get; internal set; }

    /// <summary>Whether the training is to end after this step.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Ends the training after this step.</summary>
    public void RequestStop() => StopRequested = true;

    /// <summary>Reads what was measured since the last line, and begins a new line.</summary>
    public Logs ReadLine()
    {
        LastLogs = Measures.Read();
        Measures.Reset();
        return LastLogs;
    }
}
