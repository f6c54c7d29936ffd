using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>How the losses of batches become one figure.</summary>
public enum LossMean
{
    /// <summary>Each batch counts by its length: Keras's <c>fit</c> and <c>evaluate</c>.</summary>
    OverExamples,

    /// <summary>Each batch counts the same: tf.estimator's <c>evaluate</c>.</summary>
    OverBatches,
}

/// <summary>
/// Gathers the loss and the metrics over batches. Gathering adds to tensors and never waits for a value; <see cref="Read"/> does.
/// </summary>
/// <param name="objective">What is gathered.</param>
/// <param name="mean">How the losses of batches become one figure.</param>
public sealed class Measures(Objective objective, LossMean mean) : IResumable, IDisposable
{
    private readonly RunningMean _loss = new();
    private readonly RunningMean?[] _losses = [.. objective.Outputs.Select(output => objective.Outputs.Count > 1 && output.Loss is not null ? new RunningMean() : null)];
    private IReadOnlyList<(string Name, int Output, bool Weighted, MetricState State)>? _metrics;
    private List<List<Tensor>> _gatheredBefore = [];

    /// <summary>How many batches were gathered since the last reset.</summary>
    public int Batches { get; private set; }

    /// <summary>The loss so far.</summary>
    public double Loss => _loss.Read();

    /// <summary>Takes in a batch. Call under <c>no_grad</c>.</summary>
    public void Add(BatchLoss loss, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> predictions, IReadOnlyList<Tensor?> weights, IReadOnlyList<Tensor?> masks, long size)
    {
        var share = mean == LossMean.OverExamples ? size : 1;
        _loss.Add(loss.Total, share);
        _metrics ??= Start(targets, predictions);
        for (var i = 0; i < _losses.Length; i++)
        {
            _losses[i]?.Add(loss.Outputs[i]!, share);
        }

        foreach (var (_, output, weighted, state) in _metrics)
        {
            state.Update(targets[output], predictions[output], weighted ? weights[output] : null, masks[output]);
        }

        Batches++;
    }

    /// <summary>The figures so far, as Keras names them. A figure of several values gives each of them a number.</summary>
    public Logs Read()
    {
        var logs = new Logs { ["loss"] = _loss.Read() };
        for (var i = 0; i < _losses.Length; i++)
        {
            if (_losses[i] is { } loss)
            {
                logs[objective.LogName(objective.Outputs[i], "loss")] = loss.Read();
            }
        }

        foreach (var (name, _, _, state) in _metrics ?? [])
        {
            var values = state.Result();
            for (var i = 0; i < values.Count; i++)
            {
                logs[values.Count == 1 ? name : $"{name}_{i}"] = values[i];
            }
        }

        return logs;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Batches = 0;
        _loss.Reset();
        foreach (var loss in _losses)
        {
            loss?.Reset();
        }

        foreach (var (_, _, _, state) in _metrics ?? [])
        {
            state.Reset();
        }
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("batches", Batches);
        _loss.Save(state, "loss");
        for (var i = 0; i < _losses.Length; i++)
        {
            _losses[i]?.Save(state, Numbered("loss", i));
        }

        IReadOnlyList<IReadOnlyList<Tensor>> gathered = _metrics is null ? _gatheredBefore : [.. _metrics.Select(metric => metric.State.Variables)];
        state.Put("metrics", new JsonArray([.. gathered.Select(variables => JsonValue.Create(variables.Count))]));
        foreach (var (i, variables) in gathered.Index())
        {
            foreach (var (j, variable) in variables.Index())
            {
                state.At(Numbered("metric", i)).Put(Numbered("variable", j), variable);
            }
        }
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        Batches = (int)state.Need<long>("batches");
        _loss.Restore(state, "loss");
        for (var i = 0; i < _losses.Length; i++)
        {
            _losses[i]?.Restore(state, Numbered("loss", i));
        }

        Forget();
        _gatheredBefore = [.. state.Value("metrics")!.AsArray().Select((count, i) => Enumerable.Range(0, (int)count!)
            .Select(j => state.At(Numbered("metric", i)).NeedTensor(Numbered("variable", j)).clone().DetachFromDisposeScope()).ToList())];
        foreach (var (i, variables) in _gatheredBefore.Index().Where(_ => _metrics is not null))
        {
            _metrics![i].State.Restore(variables);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _loss.Dispose();
        foreach (var loss in _losses)
        {
            loss?.Dispose();
        }

        foreach (var (_, _, _, state) in _metrics ?? [])
        {
            state.Dispose();
        }
    }

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");

    /// <summary>Begins the metrics, which the first batch's shapes choose; what they gathered before a stop they take up.</summary>
    private List<(string Name, int Output, bool Weighted, MetricState State)> Start(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> predictions)
    {
        List<(string Name, int Output, bool Weighted, MetricState State)> metrics = [.. objective.Outputs.SelectMany((output, i) => Metrics(output, i, targets[i], predictions[i]))];
        foreach (var (metric, variables) in metrics.Zip(_gatheredBefore))
        {
            metric.State.Restore(variables);
        }

        Forget();
        return metrics;
    }

    private void Forget()
    {
        foreach (var variable in _gatheredBefore.SelectMany(variables => variables))
        {
            variable.Dispose();
        }

        _gatheredBefore = [];
    }

    private IEnumerable<(string Name, int Output, bool Weighted, MetricState State)> Metrics(OutputObjective output, int index, Tensor target, Tensor prediction)
    {
        foreach (var (name, choice, weighted) in Objective.MetricsOf(output))
        {
            yield return (objective.LogName(output, name), index, weighted, choice.For(ShapeOf(prediction), ShapeOf(target)).Start());
        }
    }

    private static Shape ShapeOf(Tensor values) => new(values.shape.Select(length => (long?)length));

    /// <summary>A mean of scalar tensors that is only read when asked for.</summary>
    private sealed class RunningMean : IDisposable
    {
        private readonly Tensor _sum = zeros(1, float64).DetachFromDisposeScope();
        private double _count;

        internal void Add(Tensor value, double share)
        {
            _sum.add_(value, alpha: share);
            _count += share;
        }

        internal void Save(SavedState state, string name)
        {
            state.Put(name, _sum);
            state.Put($"{name}_count", _count);
        }

        internal void Restore(SavedState state, string name)
        {
            using var still = no_grad();
            _sum.copy_(state.NeedTensor(name));
            _count = state.Number($"{name}_count")!.Value;
        }

        internal double Read() => _count == 0 ? 0 : _sum.item<double>() / _count;

        internal void Reset()
        {
            _sum.zero_();
            _count = 0;
        }

        public void Dispose() => _sum.Dispose();
    }
}
