using System.Diagnostics;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>
/// Batches of columns that are read while they are used, made ahead on a thread of their own. The batch of a number is the same as ever: the
/// plan says which examples it holds, and where a training is taken up, the plan says which the buffer held.
/// </summary>
public sealed class StreamedBatches : IBatchSource
{
    private readonly IReadOnlyList<Column> _inputs;
    private readonly IReadOnlyList<Column> _targets;
    private readonly IReadOnlyList<Column?> _weights;
    private readonly BatchPlan _plan;
    private readonly bool _ahead;
    private readonly CancellationToken _stop;
    private readonly RowOrder _order;
    private readonly Dictionary<(RowTable Table, RowChoice Choice), RowPicker> _pickers = [];
    private Prefetcher<Made>? _prefetcher;
    private (long Pass, long Place) _at = (-1, 0);
    private long _next = -1;
    private TimeSpan _waited;

    /// <summary>Joins columns to batches; they stay their owner's.</summary>
    /// <param name="inputs">A column for each input of the model.</param>
    /// <param name="targets">A column for each output; empty to predict.</param>
    /// <param name="weights">A column of weights for each output, or null.</param>
    /// <param name="plan">Which examples a batch holds. Where it shuffles, the columns say from how many at once.</param>
    /// <param name="ahead">Whether batches are made before they are asked for.</param>
    /// <param name="stop">Ends waiting for a batch.</param>
    /// <exception cref="DataException">The columns differ in length, or there is no batch.</exception>
    public StreamedBatches(
        IReadOnlyList<Column> inputs, IReadOnlyList<Column> targets, IReadOnlyList<Column?> weights, BatchPlan plan, bool ahead = true, CancellationToken stop = default)
    {
        List<Column> columns = [.. inputs, .. targets, .. weights.OfType<Column>()];
        ColumnBatches.Check(columns, plan);
        (_inputs, _targets, _weights, _ahead, _stop) = (inputs, targets, weights, ahead, stop);
        _plan = plan with { ShuffleBuffer = columns.Min(column => column.Rows?.ShuffleBuffer) };
        _order = new RowOrder(_plan);
        foreach (var rows in columns.Select(column => column.Rows).OfType<StreamedRows>().GroupBy(rows => (rows.Table, rows.Choice)))
        {
            _pickers[rows.Key] = RowPicker.For(rows.Key.Table, [.. rows.Select(one => one.Name).Distinct()], rows.Key.Choice, plan.Shuffle ? Math.Min(_plan.ShuffleBuffer ?? plan.Examples, plan.Examples) : 0);
        }
    }

    /// <summary>Which examples a batch holds.</summary>
    public BatchPlan Plan => _plan;

    /// <inheritdoc/>
    public long? Count => _plan.Count;

    /// <inheritdoc/>
    public long? Examples => _plan.Given;

    /// <inheritdoc/>
    public TimeSpan Waited => _waited + (_prefetcher?.Waited ?? TimeSpan.Zero);

    /// <inheritdoc/>
    public long PassesAfter(long number) => _plan.PassesAfter(number);

    /// <inheritdoc/>
    public ModelBatch At(long number)
    {
        if (!_ahead)
        {
            var start = Stopwatch.GetTimestamp();
            using var now = Make(number, _stop);
            _waited += Stopwatch.GetElapsedTime(start);
            return now.Given();
        }

        if (_prefetcher is null || number != _next)
        {
            EndPrefetching();
            _prefetcher = new Prefetcher<Made>(Make, made => made.Bytes, number, _plan.Count);
        }

        using var made = _prefetcher.Take(_stop);
        _next = number + 1;
        return made.Given();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndPrefetching();
        foreach (var picker in _pickers.Values)
        {
            picker.Dispose();
        }
    }

    private void EndPrefetching()
    {
        _waited += _prefetcher?.Waited ?? TimeSpan.Zero;
        _prefetcher?.Dispose();
        _prefetcher = null;
    }

    private Made Make(long number, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        var stretches = _plan.At(number);
        var parts = new List<Dictionary<(RowTable, RowChoice, string), ArrayValues>>();
        var examples = new List<long[]>();
        foreach (var stretch in stretches)
        {
            if (_at != (stretch.Pass, stretch.Start))
            {
                var (waiting, front) = _order.At(stretch.Pass, stretch.Start);
                foreach (var picker in _pickers.Values)
                {
                    picker.GoTo(waiting, front);
                }
            }

            var taken = _order.Take(stretch);
            _at = (-1, 0); // not known, should reading fail
            parts.Add(_pickers.SelectMany(picker => picker.Value.Columns.Zip(picker.Value.Take(taken, stop), (name, values) => ((picker.Key.Table, picker.Key.Choice, name), values))).ToDictionary(part => part.Item1, part => part.values));
            examples.Add(taken);
            _at = (stretch.Pass, stretch.Start + stretch.Length);
        }

        var indices = _inputs.Concat(_targets).Concat(_weights).All(column => column?.IsStreamed ?? true) ? null : tensor(examples.SelectMany(rows => rows).ToArray());
        Tensor Take(Column column)
        {
            var batch = column.Rows is { } rows
                ? column.Made(ArrayParts.Joined([.. parts.Select(part => new[] { part[(rows.Table, rows.Choice, rows.Name)] })])[0])
                : column.At(indices!);
            return batch.DetachFromDisposeScope();
        }

        return new Made([.. _inputs.Select(Take)], [.. _targets.Select(Take)], [.. _weights.Select(column => column is null ? null : Take(column))], stretches.Sum(stretch => stretch.Length));
    }

    /// <summary>A batch that belongs to no scope yet.</summary>
    private sealed class Made(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?> weights, long size) : IDisposable
    {
        private IEnumerable<Tensor> All => inputs.Concat(targets).Concat(weights.OfType<Tensor>());

        internal long Bytes => All.Sum(values => values.numel() * values.ElementSize);

        /// <summary>The same for the scope at work.</summary>
        internal ModelBatch Given() => new([.. inputs.Select(values => values.alias())], [.. targets.Select(values => values.alias())], [.. weights.Select(values => values?.alias())], size);

        public void Dispose()
        {
            foreach (var values in All)
            {
                values.Dispose();
            }
        }
    }
}
