using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Reads the figures every few steps: the means over the steps since the line before. A loss that is no number ends the training.</summary>
/// <param name="everySteps">How many steps a line is for; what is left over at the end makes a last, shorter one.</param>
/// <param name="write">Takes each line.</param>
public sealed class StepLogHook(int everySteps, Action<TrainingSession, Logs> write) : TrainingHook
{
    private NanSearch? _search;

    /// <inheritdoc/>
    public override void BatchBegin()
    {
        if (_search is null)
        {
            Remember();
        }
    }

    /// <inheritdoc/>
    public override void BatchEnd()
    {
        if ((Session.Step - Session.FirstStep) % everySteps == 0)
        {
            Write();
        }
    }

    /// <inheritdoc/>
    public override void TrainEnd()
    {
        if (Session.Measures.Batches > 0)
        {
            Write();
        }

        _search?.Dispose();
    }

    /// <inheritdoc/>
    public override void Interrupted() => _search?.Dispose();

    private void Write()
    {
        var logs = Session.ReadLine();
        write(Session, logs);
        if (double.IsNaN(logs["loss"]) && !Session.StopRequested) // unless somebody saw it, and ends the training
        {
            using var search = _search!;
            throw new EstimatorException($"{Session.TellNan(search)} A smaller learning rate, or 'clipnorm', often helps.");
        }

        Remember();
    }

    private void Remember() => Session.Remember(_search ??= new NanSearch(Session.Trainer));
}
