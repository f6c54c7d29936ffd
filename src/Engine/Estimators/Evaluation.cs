using System.Globalization;
using ExperimentRunner.Engine.Estimators.Exporters;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Something that an estimator is measured on while it trains: on its live weights, with no way through a file.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.EvalSpec</c>, where it is each checkpoint that is measured.</remarks>
public sealed class Evaluation : IResumable
{
    private long _step;
    private long _passes;
    private long _time;
    private long _start;

    /// <summary>What it is called, where there are several; or null.</summary>
    public string? Name { get; init; }

    /// <summary>What it is measured on.</summary>
    public required IBatchSource Batches { get; init; }

    /// <summary>How many batches; null is all.</summary>
    public long? Steps { get; init; }

    /// <summary>After so many steps; or null.</summary>
    public long? EverySteps { get; init; }

    /// <summary>After so many seconds; or null.</summary>
    public double? EverySeconds { get; init; }

    /// <summary>After so many passes over the data of training; or null.</summary>
    public long? EveryPasses { get; init; }

    /// <summary>How many seconds of training must go by before the first one.</summary>
    public double StartDelaySeconds { get; init; }

    /// <summary>How many seconds must lie between two.</summary>
    public double ThrottleSeconds { get; init; }

    /// <summary>Who writes the model after it.</summary>
    public IReadOnlyList<ExporterRun> Exporters { get; init; } = [];

    /// <summary>Is told after each batch how many are done.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>Is told the figures.</summary>
    public Action<TrainingSession, Evaluation, Logs>? Tell { get; init; }

    /// <summary>The newest figures; null before the first.</summary>
    public Logs? LastLogs { get; private set; }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("step", _step);
        state.Put("logs", LastLogs?.ToJson());
        state.Put("passes", _passes);
        for (var i = 0; i < Exporters.Count; i++)
        {
            Exporters[i].Save(state.At(i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        (_step, _passes) = (state.Need<long>("step"), state.Need<long>("passes"));
        LastLogs = state.Value("logs") is { } logs ? Logs.FromJson(logs.AsObject()) : null;
        for (var i = 0; i < Exporters.Count; i++)
        {
            Exporters[i].Restore(state.At(i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Training begins, or is taken up.</summary>
    internal void Begin(TrainingSession session)
    {
        (_step, _passes) = (session.Step, session.Passes);
        _time = _start = session.Place.Clock.GetTimestamp();
    }

    /// <summary>Whether it was made at the present step.</summary>
    internal bool IsMade(TrainingSession session) => _step == session.Step;

    /// <summary>Whether it is due at the present step.</summary>
    internal bool IsDue(TrainingSession session)
    {
        var clock = session.Place.Clock;
        var due = session.Step - _step >= EverySteps
            || session.Passes - _passes >= EveryPasses
            || (EverySeconds is { } seconds && clock.GetElapsedTime(_time).TotalSeconds >= seconds);
        return due && !IsMade(session)
            && (StartDelaySeconds == 0 || clock.GetElapsedTime(_start).TotalSeconds >= StartDelaySeconds)
            && (ThrottleSeconds == 0 || clock.GetElapsedTime(_time).TotalSeconds >= ThrottleSeconds);
    }

    /// <summary>Measures.</summary>
    internal Logs Make(TrainingSession session, CancellationToken stop)
    {
        var time = session.Place.Clock.GetTimestamp();
        var logs = session.Estimator.Evaluate(Batches, Steps, Progress, stop);
        (_step, _passes, _time, LastLogs) = (session.Step, session.Passes, time, logs);
        return new Logs(logs);
    }

    /// <summary>Tells the figures, and exports.</summary>
    internal void Close(TrainingSession session, Logs logs)
    {
        Tell?.Invoke(session, this, logs);
        foreach (var exporter in Exporters)
        {
            exporter.AfterEvaluation(session, logs);
        }
    }

    /// <summary>Training ended.</summary>
    internal void End(TrainingSession session)
    {
        foreach (var exporter in Exporters)
        {
            exporter.AtEnd(session);
        }
    }
}
