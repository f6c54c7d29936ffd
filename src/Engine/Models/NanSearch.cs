using System.Globalization;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>
/// Finds where a loss stopped being a number: goes back to a moment when it still was one, makes the steps again as they were made,
/// and looks at each. Steps themselves never wait to be looked at.
/// </summary>
/// <param name="trainer">The training.</param>
internal sealed class NanSearch(Trainer trainer) : IDisposable
{
    private const long LargestMemory = 256L << 20; // bytes: a larger model is not kept twice, and goes without

    private SavedState? _before;
    private long _step;
    private long _batch;

    /// <summary>Remembers the training as it is, the loss being a number.</summary>
    /// <param name="step">The number of the next step.</param>
    /// <param name="batch">The number of the next batch.</param>
    internal void Remember(long step, long batch)
    {
        Dispose();
        (_step, _batch) = (step, batch);
        _before = Size() <= LargestMemory ? Saved() : null;
    }

    /// <summary>Says since when the loss is not a number and where that begins; the training is as it was when it is said.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="last">The number of the last step, whose loss is not a number.</param>
    internal string Tell(IBatchSource batches, long last)
    {
        if (_before is null)
        {
            return Invariant($"The loss is not a number (NaN) since one of the steps {_step + 1} to {last + 1}.");
        }

        using var now = Saved();
        Restore(_before);
        try
        {
            for (var step = _step; step <= last; step++)
            {
                if (Make(step, batches) is { } where)
                {
                    return Invariant($"The loss is not a number (NaN) since step {step + 1}. It begins {where}.");
                }
            }

            return Invariant($"The loss is not a number (NaN) at step {last + 1}.");
        }
        finally
        {
            Restore(now);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _before?.Dispose();
        _before = null;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static bool IsFinite(Tensor values) => values.is_complex() || !values.is_floating_point() || values.isfinite().all().item<bool>();

    /// <summary>Makes a step; says where what is not finite begins, once its loss is not a number.</summary>
    private string? Make(long step, IBatchSource batches)
    {
        using var scope = NewDisposeScope();
        var weight = trainer.Model.Weights.FirstOrDefault(weight => !IsFinite(weight.Value));
        var batch = batches.At(_batch + step - _step);
        var input = batch.Inputs.Any(values => !IsFinite(values));
        string? layer = null;
        trainer.Seen = (name, outputs) => layer ??= outputs.All(IsFinite) ? null : name;
        try
        {
            trainer.TrainStep(step, batch);
        }
        finally
        {
            trainer.Seen = null;
        }

        return !double.IsNaN(trainer.LastLoss) ? null
            : input ? "in the data: an input is not finite"
            : weight is not null ? $"in the weight '{weight.Path}', which the step before made infinite or no number"
            : layer is not null ? $"in the output of the layer '{layer}'"
            : "in the loss: the outputs of all layers are finite";
    }

    private long Size() => trainer.Model.Weights.Select(weight => weight.Value).Concat(trainer.Optimizer.Slots.Select(slot => slot.Value)).Sum(values => values.numel() * values.ElementSize);

    private SavedState Saved()
    {
        var state = new SavedState();
        trainer.Model.Save(state.At("model"));
        trainer.Save(state.At("trainer"));
        return state;
    }

    private void Restore(SavedState state)
    {
        trainer.Model.Restore(state.At("model"));
        trainer.Restore(state.At("trainer"));
    }
}
