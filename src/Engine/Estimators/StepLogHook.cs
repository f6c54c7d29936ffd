using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Reads the figures every few steps: the means over the steps since the line before. A loss that is no number ends the training.</summary>
/// <param name="everySteps">How many steps a line is for; what is left over at the end makes a last, shorter one.</param>
/// <param name="write">Takes each line.</param>
public sealed class StepLogHook(int everySteps, Action<TrainingSession, Logs> write) : TrainingHook
{
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
    }

    private void Write()
    {
        var steps = Session.Measures.Batches;
        var logs = Session.ReadLine();
        write(Session, logs);
        if (double.IsNaN(logs["loss"]) && !Session.StopRequested) // unless somebody saw it, and ends the training
        {
            throw new EstimatorException(
                $"The loss is not a number (NaN) somewhere in steps {Session.Step - steps + 1} to {Session.Step}. A smaller learning rate, or 'clipnorm', often helps.");
        }
    }
}
