using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>
/// A tensor that a layer carries from one call to the next, such as the states of a stateful RNN. It is zero before the first
/// call. Checkpoints keep it, files of weights do not; evaluation has its own, so that it never disturbs training.
/// </summary>
/// <param name="path">Where it belongs, such as <c>lstm/rnn_state_0</c>; unique in a model.</param>
/// <param name="shape">The lengths of its axes, the batch included.</param>
public sealed class StateTensor(string path, IReadOnlyList<long> shape) : IResumable, IDisposable
{
    private Tensor? _training;
    private Tensor? _evaluation;

    /// <summary>Where it belongs, such as <c>lstm/rnn_state_0</c>; unique in a model.</summary>
    public string Path { get; } = path;

    /// <summary>The lengths of its axes, the batch included.</summary>
    public IReadOnlyList<long> Shape { get; } = shape;

    /// <summary>The present values; null is zero everywhere. The state keeps the tensor, and no gradient goes through it.</summary>
    /// <param name="training">Whether it is the state of training that is meant, or that of evaluation.</param>
    public Tensor? Get(bool training) => training ? _training : _evaluation;

    /// <summary>Sets the values.</summary>
    public void Set(bool training, Tensor values)
    {
        // A new tensor each time: a graph that is yet to go backwards may hold the old one.
        var kept = values.detach().clone().DetachFromDisposeScope();
        Reset(training);
        if (training)
        {
            _training = kept;
        }
        else
        {
            _evaluation = kept;
        }
    }

    /// <summary>Sets the values to zero.</summary>
    public void Reset(bool training)
    {
        if (training)
        {
            _training?.Dispose();
            _training = null;
        }
        else
        {
            _evaluation?.Dispose();
            _evaluation = null;
        }
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        foreach (var (name, values) in new[] { ("training", _training), ("evaluation", _evaluation) })
        {
            if (values is not null)
            {
                state.Put($"{Path}/{name}", values);
            }
        }
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        foreach (var (name, training) in new[] { ("training", true), ("evaluation", false) })
        {
            Reset(training);
            if (state.Has($"{Path}/{name}"))
            {
                Set(training, state.NeedTensor($"{Path}/{name}"));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training?.Dispose();
        _evaluation?.Dispose();
    }
}
