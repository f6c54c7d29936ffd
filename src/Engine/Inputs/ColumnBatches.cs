using ExperimentRunner.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Batches of columns that lie in memory.</summary>
/// <param name="inputs">A column for each input of the model.</param>
/// <param name="targets">A column for each output; empty to predict.</param>
/// <param name="weights">A column of weights for each output, or null.</param>
/// <param name="plan">Which examples a batch holds.</param>
public sealed class ColumnBatches(
    IReadOnlyList<Column> inputs, IReadOnlyList<Column> targets, IReadOnlyList<Column?> weights, BatchPlan plan) : IBatchSource, IDisposable
{
    private readonly Dictionary<long, Tensor> _orders = [];

    /// <inheritdoc/>
    public long? Count => plan.Count;

    /// <inheritdoc/>
    public long PassesAfter(long number) => plan.PassesAfter(number);

    /// <inheritdoc/>
    public ModelBatch At(long number)
    {
        var stretches = plan.At(number);
        Func<Column, Tensor> take;
        if (!plan.Shuffle && stretches is [var only])
        {
            take = column => column.Range(only.Start, only.Length);
        }
        else
        {
            var parts = stretches.Select(stretch => Order(stretch.Pass).narrow(0, stretch.Start, stretch.Length)).ToArray();
            var indices = parts is [var part] ? part : cat(parts, 0);
            take = column => column.At(indices);
        }

        return new ModelBatch(
            [.. inputs.Select(take)],
            [.. targets.Select(take)],
            [.. weights.Select(column => column is null ? null : take(column))],
            stretches.Sum(stretch => stretch.Length));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var order in _orders.Values)
        {
            order.Dispose();
        }
    }

    private Tensor Order(long pass)
    {
        if (!_orders.TryGetValue(pass, out var order))
        {
            foreach (var old in _orders.Keys.Where(old => old < pass - 1).ToList())
            {
                _orders.Remove(old, out var done);
                done!.Dispose();
            }

            order = (plan.OrderOf(pass) is { } shuffled ? tensor(shuffled) : arange(plan.Examples)).DetachFromDisposeScope();
            _orders[pass] = order;
        }

        return order;
    }
}
