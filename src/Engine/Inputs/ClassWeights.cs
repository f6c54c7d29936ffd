using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>A weight for each class, by which the examples of rare classes can count more.</summary>
/// <remarks>
/// The class of an example is its target rounded, or the place of the largest value where the target is a row. A class without a
/// weight counts 1. Source: Keras 3, <c>class_weight</c> of <c>Model.fit</c>.
/// </remarks>
public sealed class ClassWeights : IDisposable
{
    private readonly Tensor _table; // one weight a class from 0, and at its end the 1 of all others

    /// <summary>Takes the weights.</summary>
    /// <param name="weights">The weights by class, from 0.</param>
    public ClassWeights(IReadOnlyDictionary<int, double> weights)
    {
        var table = new float[weights.Keys.DefaultIfEmpty(-1).Max() + 2];
        Array.Fill(table, 1);
        foreach (var (number, weight) in weights)
        {
            table[number] = (float)weight;
        }

        _table = tensor(table).DetachFromDisposeScope();
    }

    /// <summary>The weights of a batch's examples; they belong to the caller's scope.</summary>
    /// <param name="targets">The targets: a number an example, or a row.</param>
    /// <exception cref="DataException">The targets have more axes than that.</exception>
    public Tensor Of(Tensor targets)
    {
        var classes = targets.dim() < 2 ? targets : targets.shape[^1] == 1 ? targets.squeeze(-1) : targets.argmax(-1);
        if (classes.dim() != 1)
        {
            throw new DataException($"class_weight needs one class an example, but the targets are [{string.Join(", ", targets.shape)}].");
        }

        classes = (classes.is_floating_point() ? classes.round() : classes).to_type(ScalarType.Int64);
        var others = _table.shape[0] - 1;
        return _table.index_select(0, classes.masked_fill(classes.lt(0), others).clamp_max(others));
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();
}
