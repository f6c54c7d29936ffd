using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Reads the figures every few steps: the means over the steps since the line before. A loss that is no number ends the training.</summary>
/// <param name="everySteps">How many steps a line is for; what is left over at the end makes a last, shorter one.</param>
/// <param name="write">Takes each line.</param>
public sealed class StepLogHook(int everySteps, Action<TrainingSession, Logs> write) : TrainingHook
{
    /// <inheritdoc/>
    public override void AfterStep(TrainingSession session)
    {
        if ((session.GlobalStep - session.FirstStep) % everySteps == 0)
        {
            Write(session);
        }
    }

    /// <inheritdoc/>
    public override void End(TrainingSession session)
    {
        if (session.Measures.Batches > 0)
        {
            Write(session);
        }
    }

    private void Write(TrainingSession session)
    {
        var steps = session.Measures.Batches;
        var logs = session.ReadLine();
        write(session, logs);
        if (double.IsNaN(logs["loss"]))
        {
            throw new EstimatorException(
                $"The loss is not a number (NaN) somewhere in steps {session.GlobalStep - steps + 1} to {session.GlobalStep}. A smaller learning rate, or 'clipnorm', often helps.");
        }
    }
}
