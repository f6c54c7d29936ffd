using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>What examples count by their class: Keras's <c>class_weight</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras/src/trainers/data_adapters/data_adapter_utils.py</c>.</remarks>
public static class ClassWeights
{
    /// <summary>A weight for each example: that of its class, 1 where the class has none.</summary>
    /// <param name="targets">The classes: numbers, or a one for each class (one-hot).</param>
    /// <param name="weights">What a class counts, by its number.</param>
    public static Column Of(Column targets, IReadOnlyDictionary<int, double> weights) => targets.IsStreamed
        ? targets.Then(batch => Of(batch, weights))
        : Column.Of(Of(targets.Range(0, targets.Count), weights));

    private static Tensor Of(Tensor y, IReadOnlyDictionary<int, double> weights)
    {
        using var scope = NewDisposeScope();
        var classes = (y.dim() > 1 && y.shape[^1] > 1 ? y.argmax(-1) : y.reshape(y.shape[0]).to_type(ScalarType.Float64).round()).to_type(ScalarType.Int64);
        var each = ones(classes.shape[0]);
        foreach (var (number, weight) in weights)
        {
            each = each.masked_fill(classes.eq(number), weight);
        }

        return each.MoveToOuterDisposeScope();
    }
}
