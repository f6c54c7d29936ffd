using System.Globalization;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Ends the training when the loss is not a number or not finite.</summary>
/// <remarks>
/// Writes: nothing.
/// Source: Keras 3, <c>keras.callbacks.TerminateOnNaN</c>.
/// </remarks>
/// <example>TerminateOnNaN</example>
[KerasName("TerminateOnNaN")]
public sealed record TerminateOnNaN : Callback
{
    /// <summary>Whether training fails, instead of ending.</summary>
    public bool RaiseError { get; init; }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(TerminateOnNaN definition) : TrainingListener
    {
        public override void BatchEnd()
        {
            if (double.IsFinite(Training.LossSoFar))
            {
                return;
            }

            var batch = (Training.BatchesDone - 1).ToString(CultureInfo.InvariantCulture);
            if (definition.RaiseError)
            {
                throw new CallbackException($"The loss is not finite at batch {batch} of epoch {Training.Epoch + 1}, and TerminateOnNaN has raise_error: true.");
            }

            Training.Place.Inform($"Batch {batch}: Invalid loss, terminating training");
            Training.RequestStop();
        }
    }
}
