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
    private readonly Dictionary<string, Tensor[]> _joined = [];
    private readonly List<Tensor> _shared = [];

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
        _shared.Add(Of(name, 1)[0] = value.DetachFromDisposeScope());
        _all.Add(new($"{optimizer.PathName}/{name}", value));
        return value;
    }

    /// <summary>The weights of few values, where <see cref="Join"/> found any.</summary>
    internal SmallWeights? Small { get; private set; }

    /// <summary>Lays the weights of few values side by side, and their slots; to be called when all slots are there.</summary>
    internal void Join()
    {
        Small = SmallWeights.Of(Weights);
        if (Small is null)
        {
            return;
        }

        foreach (var (name, slots) in _byName)
        {
            if (_shared.Contains(slots[0]))
            {
                _joined[name] = slots;
                continue;
            }

            var joined = _joined[name] = Small.Join(slots);
            joined[0].DetachFromDisposeScope();
            foreach (var (i, view) in Small.Views(joined).Index())
            {
                var at = _all.FindIndex(slot => ReferenceEquals(slot.Value, slots[i]));
                _all[at] = new(_all[at].Key, view.DetachFromDisposeScope());
                if (!ReferenceEquals(slots[i], view))
                {
                    slots[i].Dispose();
                    slots[i] = view;
                }
            }
        }
    }

    /// <summary>The slots of a name as <see cref="SmallWeights.Values"/> has the weights.</summary>
    internal Tensor[] Joined(string name) => _joined[name];

    /// <inheritdoc/>
    public void Dispose()
    {
        Small?.Dispose();
        foreach (var joined in _joined.Values)
        {
            joined[0].Dispose();
        }

        foreach (var (_, slot) in _all)
        {
            slot.Dispose();
        }
    }

    private Tensor[] Of(string name, int count) =>
        _byName.TryGetValue(name, out var slots) ? slots : _byName[name] = new Tensor[count];
}
