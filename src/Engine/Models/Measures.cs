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
    private readonly RunningMean?[] _losses = [.. objective.Outputs.Select(output => objective.LossesApart.Contains(output) ? new RunningMean() : null)];
    private IReadOnlyList<(string Name, int Output, bool Weighted, MetricState State)>? _metrics;
    private List<(Shape Target, Shape Prediction)> _shapes = [];

    /// <summary>How many batches were gathered since the last reset.</summary>
    public int Batches { get; private set; }

    /// <summary>The loss so far.</summary>
    public double Loss => _loss.Read();

    /// <summary>Takes in a batch. Call under <c>no_grad</c>.</summary>
    public void Add(BatchLoss loss, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> predictions, IReadOnlyList<Tensor?> weights, IReadOnlyList<Tensor?> masks, long size)
    {
        var share = mean == LossMean.OverExamples ? size : 1;
        _loss.Add(loss.Total, share);
        _metrics ??= Start([.. targets.Zip(predictions, (target, prediction) => (ShapeOf(target), ShapeOf(prediction)))]);
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

        state.Put("shapes", new JsonArray([.. _shapes.SelectMany(pair => new[] { pair.Target, pair.Prediction }).Select(shape => new JsonArray([.. shape.Select(length => JsonValue.Create(length))]))]));
        foreach (var (i, metric) in (_metrics ?? []).Index())
        {
            state.Put(Numbered("variables", i), metric.State.Variables.Count);
            foreach (var (j, variable) in metric.State.Variables.Index())
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

        var shapes = state.Value("shapes")!.AsArray().Select(shape => new Shape(shape!.AsArray().Select(length => (long?)length))).Chunk(2).Select(pair => (pair[0], pair[1])).ToList();
        _metrics ??= shapes.Count > 0 ? Start(shapes) : null;
        foreach (var (i, metric) in (shapes.Count > 0 ? _metrics! : []).Index())
        {
            metric.State.Restore([.. Enumerable.Range(0, (int)state.Need<long>(Numbered("variables", i))).Select(j => state.At(Numbered("metric", i)).NeedTensor(Numbered("variable", j)))]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
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

    /// <summary>Begins the metrics, which the shapes of the first batch choose.</summary>
    private List<(string Name, int Output, bool Weighted, MetricState State)> Start(List<(Shape Target, Shape Prediction)> shapes)
    {
        _shapes = shapes;
        return [.. objective.Outputs.SelectMany((output, i) => Metrics(output, i, shapes[i].Target, shapes[i].Prediction))];
    }

    private IEnumerable<(string Name, int Output, bool Weighted, MetricState State)> Metrics(OutputObjective output, int index, Shape target, Shape prediction)
    {
        foreach (var (name, choice, weighted) in Objective.MetricsOf(output))
        {
            yield return (objective.LogName(output, name), index, weighted, choice.For(prediction, target).Start());
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
