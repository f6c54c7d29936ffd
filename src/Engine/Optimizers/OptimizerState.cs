using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>An optimizer at work: how many steps it made, and what it keeps for each weight.</summary>
/// <remarks>
/// <see cref="Iterations"/>, <see cref="LearningRate"/> and the values in <see cref="Slots"/> are all there is: an optimizer that
/// gets them from another goes on as the other would have.
/// </remarks>
public abstract class OptimizerState : IDisposable
{
    /// <summary>How many times <see cref="Step"/> was called: the first variable in Keras's files.</summary>
    public abstract long Iterations { get; set; }

    /// <summary>The learning rate of the next step. A fixed one can be set, as callbacks do; one that follows a schedule cannot.</summary>
    /// <exception cref="InvalidOperationException">It is set, and follows a schedule.</exception>
    public abstract float LearningRate { get; set; }

    /// <summary>What the loss is to be multiplied by before gradients are taken; <see cref="Step"/> divides them again.</summary>
    public abstract float LossScale { get; }

    /// <summary>What is kept for the weights, by Keras's path (<c>adam/dense_kernel_momentum</c>), in the order of Keras's files after iteration and learning rate.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, Tensor>> Slots { get; }

    /// <summary>Moves the weights by their gradients, in the order of the weights. A weight without a gradient (null) stays.</summary>
    /// <exception cref="InvalidOperationException">No weight has a gradient.</exception>
    public abstract void Step(IReadOnlyList<Tensor?> gradients);

    /// <summary>Ends a training: puts the moving averages in the weights' place where the definition asks for it.</summary>
    public abstract void Finish();

    /// <inheritdoc/>
    public abstract void Dispose();
}
