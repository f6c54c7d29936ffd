using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>An optimizer at work: how many steps it made, and what it keeps for each weight.</summary>
/// <remarks>
/// <see cref="Iterations"/>, <see cref="LearningRate"/> and the values in <see cref="Slots"/> are all there is: an optimizer that
/// gets them from another goes on as the other would have.
/// </remarks>
/// <param name="definition">The optimizer.</param>
public abstract class OptimizerState(Optimizer definition) : IResumable, IDisposable
{
    /// <summary>How many times <see cref="Step"/> moved weights or gathered gradients.</summary>
    public abstract long Iterations { get; set; }

    /// <summary>The learning rate of the next step. A fixed one can be set, as callbacks do; one that follows a schedule cannot.</summary>
    /// <exception cref="InvalidOperationException">It is set, and follows a schedule.</exception>
    public abstract float LearningRate { get; set; }

    /// <summary>Whether the learning rate follows a schedule, so that it cannot be set and is in no file.</summary>
    public abstract bool FollowsSchedule { get; }

    /// <summary>What the loss is to be multiplied by before gradients are taken; <see cref="Step"/> divides them again.</summary>
    public abstract float LossScale { get; }

    /// <summary>What is kept for the weights, by Keras's path (<c>adam/dense_kernel_momentum</c>), in the order of Keras's files.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, Tensor>> Slots { get; }

    /// <summary>The moving averages of the weights, in the order of the weights; empty where none are kept. They are slots too.</summary>
    public abstract IReadOnlyList<Tensor> Averages { get; }

    /// <summary>Moves the weights by their gradients, in the order of the weights. A weight without a gradient (null) stays.</summary>
    /// <exception cref="InvalidOperationException">No weight has a gradient.</exception>
    public abstract void Step(IReadOnlyList<Tensor?> gradients);

    /// <summary>Ends a training: puts the moving averages in the weights' place where the definition asks for it.</summary>
    public abstract void Finish();

    /// <summary>
    /// Everything as Keras 3's files have it, in their order: iterations (int64), the learning rate unless it follows a schedule,
    /// the slots. A file of Keras 2.12 to 2.15 has the same without the learning rate.
    /// </summary>
    public virtual IReadOnlyList<KeyValuePair<string, Tensor>> Variables()
    {
        KeyValuePair<string, Tensor> iterations = new($"{definition.PathName}/iteration", tensor(Iterations));
        return FollowsSchedule
            ? [iterations, .. Slots]
            : [iterations, new($"{definition.PathName}/learning_rate", tensor(LearningRate)), .. Slots];
    }

    /// <summary>Takes over what <see cref="Variables"/> gave, perhaps in another process.</summary>
    /// <exception cref="ArgumentException">They are not as many, or not of the shapes.</exception>
    public virtual void Assign(IReadOnlyList<Tensor> variables)
    {
        NeedFit(variables);
        using var grad = no_grad();
        Iterations = variables[0].to_type(ScalarType.Int64).item<long>();
        if (!FollowsSchedule)
        {
            LearningRate = variables[1].to_type(ScalarType.Float32).item<float>();
        }

        foreach (var ((_, slot), given) in Slots.Zip(variables.Skip(variables.Count - Slots.Count)))
        {
            slot.copy_(given);
        }
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("iterations", Iterations);
        if (!FollowsSchedule)
        {
            state.Put("learning_rate", LearningRate);
        }

        foreach (var (path, slot) in Slots)
        {
            state.Put(path, slot);
        }
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        using var grad = no_grad();
        Iterations = state.Need<long>("iterations");
        if (!FollowsSchedule)
        {
            LearningRate = (float)state.Number("learning_rate")!;
        }

        foreach (var (path, slot) in Slots)
        {
            slot.copy_(state.NeedTensor(path));
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Promises that values are as many as the variables, and of their shapes.</summary>
    private protected void NeedFit(IReadOnlyList<Tensor> variables)
    {
        var own = Variables();
        if (own.Count != variables.Count)
        {
            throw new ArgumentException($"The optimizer has {own.Count} variables, not {variables.Count}.", nameof(variables));
        }

        foreach (var ((path, value), given) in own.Zip(variables))
        {
            if (!value.shape.SequenceEqual(given.shape))
            {
                throw new ArgumentException($"{path} has the shape [{string.Join(", ", value.shape)}], not [{string.Join(", ", given.shape)}].", nameof(variables));
            }
        }
    }
}
