using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Puts the moving averages of the weights in the weights' place while the model is measured, and takes them out again to train on.</summary>
/// <remarks>
/// Writes: nothing; with <c>swap_on_epoch</c>, what other callbacks save after it holds the averages.
/// Errors: an optimizer without <c>use_ema</c> is refused.
/// Source: Keras 3, <c>keras.callbacks.SwapEMAWeights</c>.
/// </remarks>
/// <example>SwapEMAWeights: { swap_on_epoch: true }</example>
[KerasName("SwapEMAWeights")]
public sealed record SwapEMAWeights : Callback
{
    /// <summary>Whether they stay swapped from an epoch's end to the next one's beginning.</summary>
    public bool SwapOnEpoch { get; init; }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(SwapEMAWeights definition) : TrainingListener
    {
        private bool _swapped;

        public override void TrainBegin()
        {
            if (Training.Trainer.Optimizer.Averages.Count == 0)
            {
                throw new CallbackException("SwapEMAWeights needs an optimizer that keeps moving averages: use_ema: true.");
            }
        }

        public override void EpochBegin()
        {
            if (definition.SwapOnEpoch && _swapped)
            {
                Swap();
            }
        }

        public override void EpochEnd(Logs logs)
        {
            if (!definition.SwapOnEpoch || _swapped)
            {
                return;
            }

            Swap();
            if (Training.Epoch == Training.LastEpoch - 1)
            {
                foreach (var (weight, average) in Pairs()) // the end of fit puts the averages into the weights, and must not undo the swap
                {
                    average.copy_(weight);
                }
            }
        }

        public override void TestBegin()
        {
            if (!_swapped)
            {
                Swap();
            }
        }

        public override void TestEnd(Logs logs)
        {
            if (_swapped)
            {
                Swap();
            }
        }

        public override void Save(SavedState state) => state.Put("swapped", _swapped);

        public override void Restore(SavedState state) => _swapped = state.Need<bool>("swapped");

        private IEnumerable<(Tensor Weight, Tensor Average)> Pairs() =>
            Training.Trainer.Trained.Select(weight => weight.Value.detach()).Zip(Training.Trainer.Optimizer.Averages);

        private void Swap()
        {
            using var scope = NewDisposeScope();
            using var still = no_grad();
            foreach (var (weight, average) in Pairs())
            {
                var kept = weight.clone();
                weight.copy_(average);
                average.copy_(kept);
            }

            _swapped = !_swapped;
        }
    }
}
