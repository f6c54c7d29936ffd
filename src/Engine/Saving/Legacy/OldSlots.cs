using ExperimentRunner.Engine.Optimizers;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>What Keras 2.11 to 2.15 called an optimizer's variables: <c>Adam/m/dense/kernel:0</c>.</summary>
internal static class OldSlots
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["momentum"] = "m",
        ["velocity"] = "v",
        ["velocity_hat"] = "vhat",
        ["norm"] = "u",
    };

    /// <summary>The names of all variables but the learning rate, in their order.</summary>
    /// <param name="optimizer">The optimizer at work.</param>
    /// <param name="definition">The optimizer.</param>
    /// <param name="weights">The names of the weights it moves.</param>
    internal static List<string> Names(OptimizerState optimizer, Optimizer definition, IReadOnlyList<string> weights)
    {
        var places = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach (var (kind, slots) in optimizer is GradientOptimizerState state ? state.SlotsByKindName : [])
        {
            foreach (var (i, slot) in slots.Index().Where(slot => slot.Item is not null))
            {
                places[slot] = $"{Definitions.Catalog.NameOf(definition.GetType())}/{NameOf(kind, definition)}/{weights[Math.Min(i, weights.Count - 1)]}";
            }
        }

        return ["iteration:0", .. optimizer.Slots.Select(slot => places.TryGetValue(slot.Value, out var name) ? name : slot.Key + ":0")];
    }

    private static string NameOf(string kind, Optimizer definition) => definition is RMSprop or Adadelta or Adagrad or Ftrl ? kind : Short.GetValueOrDefault(kind, kind);
}
