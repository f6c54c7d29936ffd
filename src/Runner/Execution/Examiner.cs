using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Looks on while a step evaluates a classifier, and keeps what it got wrong in the run's folder.</summary>
internal sealed class Examiner : IDisposable
{
    private const int Kept = 24;
    private readonly Trainer _trainer;

    /// <summary>Begins to look on, where the trainer's model is a classifier.</summary>
    internal Examiner(Trainer trainer)
    {
        _trainer = trainer;
        trainer.Examination = Examination.For(trainer.Objective, Kept);
    }

    /// <summary>Writes what was seen.</summary>
    internal void Write(RunFolder folder, long step, string? name)
    {
        if (_trainer.Examination is { Classes: > 0 } examination)
        {
            Classification.Of(examination, step, name).Write(folder);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer.Examination?.Dispose();
        _trainer.Examination = null;
    }
}
