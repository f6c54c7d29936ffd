using ExperimentRunner.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Batches of columns that lie in memory.</summary>
public sealed class ColumnBatches : IBatchSource
{
    private readonly IReadOnlyList<Column> _inputs;
    private readonly IReadOnlyList<Column> _targets;
    private readonly IReadOnlyList<Column?> _weights;
    private readonly BatchPlan _plan;
    private readonly Dictionary<long, Tensor> _orders = [];

    /// <summary>Joins columns to batches; they stay their owner's.</summary>
    /// <param name="inputs">A column for each input of the model.</param>
    /// <param name="targets">A column for each output; empty to predict.</param>
    /// <param name="weights">A column of weights for each output, or null.</param>
    /// <param name="plan">Which examples a batch holds.</param>
    /// <exception cref="DataException">The columns differ in length, or there is no batch.</exception>
    public ColumnBatches(IReadOnlyList<Column> inputs, IReadOnlyList<Column> targets, IReadOnlyList<Column?> weights, BatchPlan plan)
    {
        (_inputs, _targets, _weights, _plan) = (inputs, targets, weights, plan);
        Check([.. inputs, .. targets, .. weights.OfType<Column>()], plan);
    }

    /// <summary>Makes sure that there are batches.</summary>
    /// <exception cref="DataException">The columns differ in length, or there is no batch.</exception>
    internal static void Check(IReadOnlyList<Column> columns, BatchPlan plan)
    {
        if (columns.Any(column => column.Count != columns[0].Count))
        {
            throw new DataException($"x, y and weights differ in length: {string.Join(", ", columns.Select(column => column.Count))} examples.");
        }

        if (plan.Examples == 0)
        {
            throw new DataException("There are no examples.");
        }

        if (plan is { DropRemainder: true, PassLength: 0 } && !(plan.RunsOn && plan.Count is null or > 0))
        {
            throw new DataException($"{plan.Examples} examples fill no batch of {plan.BatchSize}, and drop_remainder leaves out what does not.");
        }
    }

    /// <inheritdoc/>
    public long? Count => _plan.Count;

    /// <inheritdoc/>
    public long? Examples => _plan.Given;

    /// <inheritdoc/>
    public long PassesAfter(long number) => _plan.PassesAfter(number);

    /// <inheritdoc/>
    public ModelBatch At(long number)
    {
        var stretches = _plan.At(number);
        var size = stretches.Sum(stretch => stretch.Length);
        var indices = _plan.Shuffle || stretches.Count > 1 ? Indices(stretches) : null;
        Tensor Take(Column column) => indices is null ? column.Range(stretches[0].Start, size) : column.At(indices);

        return new ModelBatch([.. _inputs.Select(Take)], [.. _targets.Select(Take)], [.. _weights.Select(column => column is null ? null : Take(column))], size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var order in _orders.Values)
        {
            order.Dispose();
        }
    }

    private Tensor Indices(IReadOnlyList<Stretch> stretches)
    {
        var parts = stretches.Select(stretch => Order(stretch.Pass).narrow(0, stretch.Start, stretch.Length)).ToArray();
        return parts is [var part] ? part : cat(parts, 0);
    }

    /// <summary>The order of a pass; that of the pass before is kept too, because a batch may need both.</summary>
    private Tensor Order(long pass)
    {
        if (!_orders.TryGetValue(pass, out var order))
        {
            foreach (var old in _orders.Keys.Where(old => old != pass - 1).ToList())
            {
                _orders.Remove(old, out var done);
                done!.Dispose();
            }

            order = tensor(_plan.OrderOf(pass)).DetachFromDisposeScope();
            _orders[pass] = order;
        }

        return order;
    }
}
