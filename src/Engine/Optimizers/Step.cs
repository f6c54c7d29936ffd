using ExperimentRunner.Engine.Layers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>One step of an optimizer, as its formula sees it: only the weights that have a gradient.</summary>
/// <param name="slots">What the optimizer keeps.</param>
/// <param name="chosen">The numbers of the weights that have a gradient.</param>
/// <param name="weights">Those weights' values.</param>
/// <param name="gradients">Their gradients.</param>
internal sealed class Step(SlotList slots, int[] chosen, Tensor[] weights, Tensor[] gradients)
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
            var all = slots[name];
            return chosen.Length == all.Length ? all : Array.ConvertAll(chosen, i => all[i]);
        }
    }

    /// <summary>The same step with some of the weights only.</summary>
    internal Step Only(Predicate<Weight> wanted)
    {
        int[] kept = [.. Enumerable.Range(0, chosen.Length).Where(i => wanted(slots.Weights[chosen[i]]))];
        return new Step(slots, Array.ConvertAll(kept, i => chosen[i]), Array.ConvertAll(kept, i => Weights[i]), Array.ConvertAll(kept, i => Gradients[i]))
        {
            Number = Number,
            LearningRate = LearningRate,
        };
    }

    /// <summary>The slot of a name that belongs to all weights together.</summary>
    internal Tensor Shared(string name) => slots[name][0];
}
