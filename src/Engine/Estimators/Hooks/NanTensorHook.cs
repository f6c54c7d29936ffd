using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends the training, as a failure unless said otherwise, at the step whose loss is not a number.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.NanTensorHook</c>.</remarks>
/// <example>NanTensorHook: { fail_on_nan_loss: false }</example>
[KerasName("NanTensorHook")]
[RefusedOption("loss_tensor", "it is always the loss that is looked at")]
public sealed record NanTensorHook : Hook
{
    /// <summary>Whether training fails, instead of ending.</summary>
    public bool FailOnNanLoss { get; init; } = true;

    /// <inheritdoc/>
    public override TrainingHook Start(Surroundings place) => new Listener(this);

    private sealed class Listener(NanTensorHook definition) : TrainingHook
    {
        public override void BatchEnd()
        {
            if (!double.IsNaN(Session.Trainer.LastLoss))
            {
                return;
            }

            if (definition.FailOnNanLoss)
            {
                throw new EstimatorException($"The loss is not a number (NaN) at step {Session.Step}. A smaller learning rate, or 'clipnorm', often helps.");
            }

            Session.Place.Warn($"The loss is not a number (NaN) at step {Session.Step}: training ends.");
            Session.RequestStop();
        }
    }
}
