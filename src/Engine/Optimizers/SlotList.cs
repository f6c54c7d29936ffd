using ExperimentRunner.Engine.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>What an optimizer keeps beside the weights: momentums, averages and the like.</summary>
/// <param name="optimizer">The optimizer, whose name begins every path.</param>
/// <param name="weights">The weights.</param>
internal sealed class SlotList(Optimizer optimizer, IReadOnlyList<Weight> weights) : IDisposable
{
    private readonly List<KeyValuePair<string, Tensor>> _all = [];
    private readonly Dictionary<string, Tensor[]> _byName = [];

    /// <summary>The weights.</summary>
    internal IReadOnlyList<Weight> Weights { get; } = weights;

    /// <summary>All slots by path, in the order in which they were added.</summary>
    internal IReadOnlyList<KeyValuePair<string, Tensor>> All => _all;

    /// <summary>The slots of each name, in the order in which the names were added.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor[]>> ByKind => _byName;

    /// <summary>The slots of a name, one for each weight; a weight without one has null there.</summary>
    internal Tensor[] this[string name] => _byName[name];

    /// <summary>Adds slots shaped like the weights, filled with zeros; several names by turns, weight by weight.</summary>
    internal void Add(params string[] names)
    {
        for (var i = 0; i < Weights.Count; i++)
        {
            foreach (var name in names)
            {
                Add(i, name, zeros_like(Weights[i].Value));
            }
        }
    }

    /// <summary>Adds a slot of one weight; the list owns its tensor from now on.</summary>
    internal void Add(int weight, string name, Tensor value)
    {
        Of(name, Weights.Count)[weight] = value.requires_grad_(false).DetachFromDisposeScope();
        _all.Add(new($"{optimizer.PathName}/{Weights[weight].Path.Replace('/', '_')}_{name}", value));
    }

    /// <summary>Adds a slot that belongs to all weights together; the list owns its tensor from now on.</summary>
    internal Tensor AddShared(string name, Tensor value)
    {
        Of(name, 1)[0] = value.DetachFromDisposeScope();
        _all.Add(new($"{optimizer.PathName}/{name}", value));
        return value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, slot) in _all)
        {
            slot.Dispose();
        }
    }

    private Tensor[] Of(string name, int count) =>
        _byName.TryGetValue(name, out var slots) ? slots : _byName[name] = new Tensor[count];
}
