using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using TorchSharp;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Ends the training when a figure has not become better for some epochs.</summary>
/// <remarks>
/// Writes: nothing.
/// Errors: a <c>monitor</c> whose direction is not known needs a <c>mode</c>.
/// Source: Keras 3, <c>keras.callbacks.EarlyStopping</c>.
/// </remarks>
/// <example>EarlyStopping: { monitor: val_accuracy, patience: 3, restore_best_weights: true }</example>
[KerasName("EarlyStopping")]
public sealed record EarlyStopping : MonitorCallback
{
    /// <summary>By how much the figure must change to count as better.</summary>
    public double MinDelta { get; init; }

    /// <summary>After how many epochs without getting better training ends.</summary>
    [AtLeast(0)]
    public int Patience { get; init; }

    /// <summary>Whether it says what it does: 0 or 1.</summary>
    [AtLeast(0)]
    public int Verbose { get; init; }

    /// <summary>A value that must be beaten too before patience begins anew.</summary>
    public double? Baseline { get; init; }

    /// <summary>Whether the weights of the best epoch are put back at the end.</summary>
    public bool RestoreBestWeights { get; init; }

    /// <summary>The first epoch that is looked at, from 0.</summary>
    [AtLeast(0)]
    public int StartFromEpoch { get; init; }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(EarlyStopping definition) : MonitorListener(definition, definition.MinDelta), IDisposable
    {
        private readonly WeightCopy _best = new();
        private int _wait;
        private int _stoppedEpoch;
        private int _bestEpoch;

        public override void EpochEnd(Logs logs)
        {
            var epoch = Training.Epoch;
            if (ValueIn(logs) is not { } value || epoch < definition.StartFromEpoch)
            {
                return;
            }

            if (definition.RestoreBestWeights && !_best.IsTaken)
            {
                Keep(epoch);
            }

            _wait++;
            if (IsBetter(value, Best))
            {
                Best = value;
                _bestEpoch = epoch;
                if (definition.RestoreBestWeights)
                {
                    Keep(epoch);
                }

                if (definition.Baseline is not { } baseline || IsBetter(value, baseline))
                {
                    _wait = 0;
                }
            }
            else if (_wait >= definition.Patience && epoch > 0)
            {
                _stoppedEpoch = epoch;
                Training.RequestStop();
            }
        }

        public override void TrainEnd()
        {
            if (_stoppedEpoch > 0 && definition.Verbose > 0)
            {
                Training.Place.Inform(string.Create(CultureInfo.InvariantCulture, $"Epoch {_stoppedEpoch + 1}: early stopping"));
            }

            if (_best.IsTaken)
            {
                if (definition.Verbose > 0)
                {
                    Training.Place.Inform(string.Create(CultureInfo.InvariantCulture, $"Restoring model weights from the end of the best epoch: {_bestEpoch + 1}."));
                }

                _best.PutBack(Training.Trainer.Model);
                Training.WeightsReplaced = true;
            }
        }

        public override void Save(SavedState state)
        {
            base.Save(state);
            state.Put("wait", _wait);
            state.Put("stopped_epoch", _stoppedEpoch);
            state.Put("best_epoch", _bestEpoch);
            _best.Save(state.At("weights"));
        }

        public override void Restore(SavedState state)
        {
            base.Restore(state);
            _wait = (int)state.Need<long>("wait");
            _stoppedEpoch = (int)state.Need<long>("stopped_epoch");
            _bestEpoch = (int)state.Need<long>("best_epoch");
            _best.Restore(state.At("weights"));
        }

        public void Dispose() => _best.Dispose();

        private void Keep(int epoch)
        {
            _best.Take(Training.Trainer.Model);
            _bestEpoch = epoch;
        }
    }

    /// <summary>The weights of a model as they were at a moment.</summary>
    private sealed class WeightCopy : IResumable, IDisposable
    {
        private List<torch.Tensor> _values = [];

        internal bool IsTaken => _values.Count > 0;

        internal void Take(Model model) => Replace([.. model.Weights.Select(weight => weight.Value.detach().clone().DetachFromDisposeScope())]);

        internal void PutBack(Model model)
        {
            foreach (var (weight, value) in model.Weights.Zip(_values))
            {
                weight.Assign(value);
            }
        }

        public void Save(SavedState state)
        {
            state.Put("count", _values.Count);
            foreach (var (value, i) in _values.Select((value, i) => (value, i)))
            {
                state.Put(i.ToString(CultureInfo.InvariantCulture), value);
            }
        }

        public void Restore(SavedState state) => Replace(
            [.. Enumerable.Range(0, (int)state.Need<long>("count")).Select(i => state.NeedTensor(i.ToString(CultureInfo.InvariantCulture)).clone().DetachFromDisposeScope())]);

        public void Dispose() => Replace([]);

        private void Replace(List<torch.Tensor> values)
        {
            _values.ForEach(value => value.Dispose());
            _values = values;
        }
    }
}
