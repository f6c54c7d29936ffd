using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>
/// Something that <c>from:</c> may name. Its tensors are found when they are first asked for, so that entries may stand in
/// any order.
/// </summary>
internal sealed class Slot(string name, SourceSpan at, Func<IReadOnlyList<TensorRef>?> find)
{
    private IReadOnlyList<TensorRef>? _tensors;
    private bool _known;

    /// <summary>What people call it.</summary>
    internal string Name => name;

    /// <summary>Where it was written.</summary>
    internal SourceSpan At => at;

    /// <summary>Whether its tensors are being looked for: asking again would go in a circle.</summary>
    internal bool Searching { get; private set; }

    /// <summary>The layer behind it, for entries that name it again; null for inputs and blocks, and until it is found.</summary>
    internal GraphLayer? Layer { get; set; }

    /// <summary>Its tensors; null when there was a mistake, already told.</summary>
    internal IReadOnlyList<TensorRef>? Find()
    {
        if (!_known)
        {
            Searching = true;
            _tensors = find();
            Searching = false;
            _known = true;
        }

        return _tensors;
    }
}
