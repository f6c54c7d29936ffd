using ExperimentRunner.Engine.Layers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>One step of an optimizer, as its formula sees it: only the weights that have a gradient.</summary>
/// <param name="slots">What the optimizer keeps.</param>
/// <param name="joined">Whether small weights are one tensor, as <see cref="SmallWeights"/> has them.</param>
/// <param name="chosen">The places of these weights among all; null is all.</param>
/// <param name="weights">Those weights' values.</param>
/// <param name="gradients">Their gradients.</param>
internal sealed class Step(SlotList slots, bool joined, int[]? chosen, Tensor[] weights, Tensor[] gradients)
{
    /// <summary>The values of the weights, to be changed in place.</summary>
    internal Tensor[] Weights { get; } = weights;

    /// <summary>The gradients, not to be changed.</summary>
    internal Tensor[] Gradients { get; } = gradients;

    /// <summary>How many times weights were moved, this time included: 1 in the first step.</summary>
    internal required long Number { get; init; }

    /// <summary>The learning rate.</summary>
    internal required float LearningRate { get; init; }

    /// <summary>The slots of a name, as many as there are weights here.</summary>
    internal Tensor[] this[string name]
    {
        get
        {
            var all = joined ? slots.Joined(name) : slots[name];
            return chosen is null ? all : Array.ConvertAll(chosen, i => all[i]);
        }
    }

    /// <summary>The same step with some of the weights only.</summary>
    internal Step Only(Predicate<Tensor> wanted) => OnlyAt(i => wanted(Weights[i]));

    /// <summary>The same step with some of the weights only; not where small ones are joined.</summary>
    internal Step Only(Predicate<Weight> wanted) => OnlyAt(i => wanted(slots.Weights[chosen?[i] ?? i]));

    /// <summary>The slot of a name that belongs to all weights together.</summary>
    internal Tensor Shared(string name) => slots[name][0];

    private Step OnlyAt(Func<int, bool> wanted)
    {
        int[] kept = [.. Enumerable.Range(0, Weights.Length).Where(wanted)];
        return new Step(slots, joined, Array.ConvertAll(kept, i => chosen?[i] ?? i), Array.ConvertAll(kept, i => Weights[i]), Array.ConvertAll(kept, i => Gradients[i]))
        {
            Number = Number,
            LearningRate = LearningRate,
        };
    }
}
