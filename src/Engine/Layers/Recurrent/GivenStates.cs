using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>The states that a call may bring with it: its inputs after the first, Keras's <c>initial_state</c>.</summary>
internal static class GivenStates
{
    /// <summary>Sees that there are no states among the inputs, or all of them, each of the right shape.</summary>
    /// <exception cref="ShapeException">Their number or a shape does not fit.</exception>
    internal static void Check(IReadOnlyList<Spec> inputs, IReadOnlyList<Shape> states)
    {
        if (inputs.Count == 1)
        {
            return;
        }

        if (inputs.Count != 1 + states.Count)
        {
            throw new ShapeException($"takes a sequence and {(states.Count == 1 ? "1 state" : $"{states.Count} states")}, but was given {inputs.Count} inputs");
        }

        foreach (var (given, state) in inputs.Skip(1).Zip(states))
        {
            if (given.Rank != state.Rank || given.Shape.Skip(1).Zip(state.Skip(1)).Any(pair => pair is ({ } one, { } other) && one != other))
            {
                throw new ShapeException($"expected a state of shape {state}, but was given {given.Shape}");
            }
        }
    }
}
