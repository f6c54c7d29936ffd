using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving.Hdf5;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>An optimizer's variables as Keras 2.11 and later keep them: the count of steps, perhaps the learning rate, then what belongs to each weight.</summary>
/// <param name="values">The variables.</param>
internal sealed class SavedVariables(IReadOnlyList<Tensor> values) : SavedOptimizer
{
    /// <summary>Reads the variables of an <c>.h5</c>; null when it has none.</summary>
    internal static SavedOptimizer? Read(Hdf5Group root)
    {
        if (root.TryGroup("optimizer_weights") is not { } group || group.TryTexts("weight_names") is not { Count: > 0 } names)
        {
            return null;
        }

        var values = names.Select(name => SavedValue.Of(group.TryArray(name) ?? throw new FileProblem($"The file does not hold the variable '{name}' of the optimizer."))).ToList();
        return names[0] is var first && (first.EndsWith("/iteration", StringComparison.Ordinal) || first is "iteration:0" or "iteration" || first.EndsWith("/iteration:0", StringComparison.Ordinal))
            ? new SavedVariables(Tensors(values))
            : new SlotBySlot(Tensors(values), counted: first.Contains("iter", StringComparison.Ordinal));
    }

    /// <summary>Reads the variables of a <c>.keras</c>; null when it has none.</summary>
    internal static SavedOptimizer? Read(IVariableStore store) => store.At("optimizer") is { Count: > 0 } values ? new SavedVariables(Tensors(values)) : null;

    /// <summary>How many steps the optimizer of an <c>.h5</c> had made; null when it does not tell.</summary>
    internal static long? StepsOf(Hdf5Group root) => root.TryGroup("optimizer_weights") is { } group
        && group.TryTexts("weight_names") is [var first, ..] && first.Contains("iter", StringComparison.Ordinal) && group.TryArray(first) is { Count: 1 } steps
            ? (long)steps.ToNumber() : null;

    /// <summary>How many steps the optimizer of a <c>.keras</c> had made; null when it does not tell.</summary>
    internal static long? StepsOf(IVariableStore store) => store.At("optimizer") is [{ Shape.Count: 0 } steps, ..] ? (long)steps.ReadNumber() : null;

    /// <inheritdoc/>
    internal override bool TryApply(OptimizerState optimizer)
    {
        var all = values;
        if (values.Count + 1 == optimizer.Variables().Count && !optimizer.FollowsSchedule)
        {
            all = [values[0], tensor(optimizer.LearningRate), .. values.Skip(1)]; // Keras 2 has the learning rate in the configuration alone
        }

        try
        {
            optimizer.Assign(all);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    internal override void Dispose() => Free(values);

    private static List<Tensor> Tensors(IReadOnlyList<SavedValue> values) => [.. values.Select(value => value.Read().DetachFromDisposeScope())];

    private static void Free(IReadOnlyList<Tensor> values)
    {
        foreach (var value in values)
        {
            value.Dispose();
        }
    }

    /// <summary>An optimizer's variables as Keras 1 and 2 kept them up to 2.10: the count of steps, then all weights' momentums, all weights' averages, and so on.</summary>
    private sealed class SlotBySlot(IReadOnlyList<Tensor> values, bool counted) : SavedOptimizer
    {
        internal override bool TryApply(OptimizerState optimizer)
        {
            if (optimizer is not GradientOptimizerState state)
            {
                return false;
            }

            var slots = state.SlotsByKind.SelectMany(kind => kind).ToList();
            var saved = values.Skip(counted ? 1 : 0).ToList();
            if (saved.Count < slots.Count || slots.Zip(saved).Any(pair => !pair.First.shape.SequenceEqual(pair.Second.shape)))
            {
                return false;
            }

            using var _ = no_grad();
            foreach (var (slot, value) in slots.Zip(saved))
            {
                slot.copy_(value);
            }

            if (counted)
            {
                optimizer.Iterations = values[0].to_type(ScalarType.Int64).item<long>();
            }

            return true;
        }

        internal override void Dispose() => Free(values);
    }
}
