using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>The loss of a batch.</summary>
/// <param name="Total">All of it: the outputs' losses by their weights, and every penalty. A scalar that nothing can be traced back from.</param>
/// <param name="Outputs">The loss of each output; null where there is none.</param>
public sealed record BatchLoss(Tensor Total, IReadOnlyList<Tensor?> Outputs)
{
    /// <summary>Where the way backwards begins: tensors, and the loss's gradient by each; null is 1.</summary>
    internal IReadOnlyList<(Tensor Of, Tensor? Gradient)> Roots { get; init; } = [];
}

/// <summary>Moves the weights of a model by what batches show, and measures it. It holds the optimizer's state.</summary>
public sealed class Trainer : IResumable, IDisposable
{
    private readonly RandomKey _key;
    private readonly Loss?[] _losses;
    private readonly IReadOnlyList<Weight> _trainable;
    private readonly Tensor[] _variables;
    private readonly IReadOnlyList<Weight> _regularized;
    private readonly SmallDenseChain? _chain;
    private Tensor? _lastLoss;

    /// <summary>Begins to train a model; a weight is trained if it is trainable now.</summary>
    /// <param name="model">The model. It stays its owner's.</param>
    /// <param name="options">What it is trained for and how.</param>
    /// <param name="key">Where random numbers of steps come from: the run's seed.</param>
    /// <param name="steps">How many steps were made before.</param>
    public Trainer(Model model, CompileOptions options, RandomKey key, long steps = 0)
    {
        Steps = steps;
        (Model, Options) = (model, options);
        Objective = Objective.Of(options, [.. model.Graph.Outputs.Select(port => port.Name)], []);
        _key = key;
        _losses = new Loss?[Objective.Outputs.Count];
        _trainable = [.. model.Weights.Where(weight => weight.Trainable)];
        _variables = [.. _trainable.Select(weight => weight.Value)];
        _regularized = [.. _trainable.Where(weight => weight.Regularizer is not null)];
        _chain = SmallDenseChain.Of(model, _trainable);
        Optimizer = options.Optimizer.Start(_trainable);
    }

    /// <summary>The model being trained.</summary>
    public Model Model { get; }

    /// <summary>What the model was compiled for, as it was said.</summary>
    public CompileOptions Options { get; }

    /// <summary>The weights that are trained, in the model's order.</summary>
    public IReadOnlyList<Weight> Trained => _trainable;

    /// <summary>What it is trained for and measured by.</summary>
    public Objective Objective { get; }

    /// <summary>The optimizer at work.</summary>
    public OptimizerState Optimizer { get; }

    /// <summary>How many steps were made.</summary>
    public long Steps { get; private set; }

    /// <summary>The loss of the last step; 0 before the first.</summary>
    public double LastLoss => _lastLoss?.item<float>() ?? 0;

    /// <summary>Looks on while batches are measured by <see cref="EvaluateStep"/>; null where nobody does.</summary>
    public Examination? Examination { get; set; }

    /// <summary>Is shown what each layer computes while training; null where nobody looks.</summary>
    internal Action<string, IReadOnlyList<Tensor>>? Seen { get; set; }

    /// <summary>Trains on one batch.</summary>
    /// <param name="step">The number of the step, the first being 0; random numbers depend on it.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="measures">Where the loss and the metrics of the batch are gathered.</param>
    public void TrainStep(long step, ModelBatch batch, params ReadOnlySpan<Measures?> measures)
    {
        using var scope = NewDisposeScope();
        var call = Model.Begin(training: true, _key.Derive(step));
        call.Seen = Seen;
        var chain = Seen is null && _chain?.Takes(batch) == true ? _chain : null;
        var predictions = chain?.Forward(batch.Inputs[0], call) ?? Model.Call(batch.Inputs, call);
        var loss = LossOf(batch, predictions, call);
        if (_variables.Length > 0)
        {
            Optimizer.Step(chain is null ? GradientsOf(loss.Roots, _variables) : chain.Backward(GradientOf(loss.Roots, chain.Last)));
        }

        (Steps, Model.HasWeights) = (Steps + 1, true);
        _lastLoss?.Dispose();
        _lastLoss = loss.Total.DetachFromDisposeScope();

        using var _ = no_grad();
        predictions = Model.Widened(predictions);
        foreach (var one in measures)
        {
            one?.Add(loss, batch.Targets, predictions, batch.Weights, Model.OutputMasks, batch.Size);
        }
    }

    /// <summary>Measures one batch without learning from it.</summary>
    public void EvaluateStep(ModelBatch batch, Measures measures) => Measure(batch, measures, null);

    /// <summary>The loss and the metrics over batches, each batch counting by its length: Keras's <c>evaluate</c>.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="steps">How many of them; null is all.</param>
    /// <param name="stop">Ends the evaluation.</param>
    public Logs Evaluate(IBatchSource batches, long? steps = null, CancellationToken stop = default) => Evaluate(batches, steps, null, stop);

    /// <summary>The same, the model's layers computing the first batch only, and something faster the others.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="faster">
    /// Makes what predicts as the model does, or gives null to leave it to the layers. It is asked after the first batch, and told why
    /// predictions alone do not tell the loss: the layers then go on whatever it gives. It is told null where they do.
    /// </param>
    public Logs Evaluate(IBatchSource batches, Func<string?, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>?> faster) => Evaluate(batches, null, faster, default);

    private Logs Evaluate(
        IBatchSource batches, long? steps, Func<string?, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>?>? faster, CancellationToken stop) => Model.Whole(() =>
    {
        using var measures = new Measures(Objective, LossMean.OverExamples);
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>? predict = null;
        for (long number = 0; number < (steps ?? long.MaxValue) && number < (batches.Count ?? long.MaxValue); number++)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var layersOnly = Measure(batches.At(number), measures, predict);
            if (number == 0 && faster?.Invoke(layersOnly) is { } found && layersOnly is null)
            {
                predict = found;
            }
        }

        return measures.Read();
    });

    /// <summary>Measures a batch, predicted by the model's layers or something in their place; says why the place is theirs alone, or null.</summary>
    private string? Measure(ModelBatch batch, Measures measures, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>? predict)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var call = Model.Begin(training: false, _key);
        var predictions = predict?.Invoke(batch.Inputs) ?? Model.Call(batch.Inputs, call);
        var loss = LossOf(batch, predictions, call);
        predictions = Model.Widened(predictions);
        measures.Add(loss, batch.Targets, predictions, batch.Weights, Model.OutputMasks, batch.Size);
        Examination?.Look(batch, predictions);
        return call.Losses.Count > 0 ? "A layer adds a penalty of its own to the loss."
            : Model.OutputMasks.Any(mask => mask is not null) ? "A mask reaches the loss."
            : null;
    }

    /// <summary>Writes down the steps and the optimizer; the weights are the model's to save.</summary>
    public void Save(SavedState state)
    {
        state.Put("steps", Steps);
        Optimizer.Save(state.At("optimizer"));
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        Steps = state.Need<long>("steps");
        Optimizer.Restore(state.At("optimizer"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        _chain?.Dispose();
        _lastLoss?.Dispose();
    }

    /// <summary>The loss of an output; one that leaves the choice to the shapes is chosen by the first batch.</summary>
    private Loss LossOf(int output, LossChoice choice, Tensor prediction, Tensor target) =>
        _losses[output] ??= choice.For(new Shape(prediction.shape.Select(length => (long?)length)), new Shape(target.shape.Select(length => (long?)length)));

    private IReadOnlyList<Tensor?> GradientsOf(IReadOnlyList<(Tensor Of, Tensor? Gradient)> roots, Tensor[] variables) =>
    [
        .. autograd.grad([.. roots.Select(root => root.Of)], variables, [.. roots.Select(Scaled)], allow_unused: true)
            .Select(gradient => gradient is { IsInvalid: false } ? gradient : null), // libtorch gives an empty handle for a weight that the loss does not depend on
    ];

    /// <summary>The gradient of one tensor, which may be the only root itself.</summary>
    private Tensor GradientOf(IReadOnlyList<(Tensor Of, Tensor? Gradient)> roots, Tensor variable) =>
        roots is [var root] && ReferenceEquals(root.Of, variable) ? Scaled(root) : GradientsOf(roots, [variable])[0] ?? zeros_like(variable);

    private Tensor Scaled((Tensor Of, Tensor? Gradient) root)
    {
        var (gradient, scale) = (root.Gradient ?? ones_like(root.Of), Optimizer.LossScale);
        return scale == 1 ? gradient : gradient * scale;
    }

    private BatchLoss LossOf(ModelBatch batch, IReadOnlyList<Tensor> predictions, Call call)
    {
        var outputs = new Tensor?[predictions.Count];
        var roots = new List<(Tensor, Tensor?)>();
        Tensor? known = null; // what its gradient is known of
        Tensor? rest = null;
        for (var i = 0; i < outputs.Length; i++)
        {
            var objective = Objective.Outputs[i];
            if (objective.Loss is null)
            {
                continue;
            }

            var choice = LossOf(i, objective.Loss, predictions[i], batch.Targets[i]);
            if (call.ModelTraining && batch.Weights[i] is null && Model.OutputMasks[i] is null
                && choice.ComputeWithGradient(batch.Targets[i], predictions[i], call) is var (value, before, gradient))
            {
                outputs[i] = value;
                Sum(ref known, Weighted(value, objective));
                roots.Add((before, Weighted(gradient, objective)));
                continue;
            }

            var loss = choice.Compute(batch.Targets[i], predictions[i], batch.Weights[i], Model.OutputMasks[i], call);
            outputs[i] = loss.detach();
            Sum(ref rest, Weighted(loss, objective));
        }

        foreach (var weight in _regularized)
        {
            Sum(ref rest, weight.Regularizer!.Penalty(weight.Value));
        }

        foreach (var penalty in call.Losses)
        {
            Sum(ref rest, penalty);
        }

        if (rest is not null)
        {
            roots.Add((rest, null));
            Sum(ref known, rest.detach());
        }

        return new BatchLoss(known ?? zeros(1), outputs) { Roots = roots };

        static void Sum(ref Tensor? total, Tensor part) => total = total is null ? part : total + part;

        static Tensor Weighted(Tensor values, OutputObjective objective) => objective.LossWeight == 1 ? values : values * objective.LossWeight;
    }
}

/// <summary>Examples as a model takes them.</summary>
/// <param name="Inputs">A tensor for each input of the model, in its order.</param>
/// <param name="Targets">A tensor for each output, in their order; empty to predict.</param>
/// <param name="Weights">A weight for each example, for each output; null where all count the same.</param>
/// <param name="Size">How many examples there are.</param>
public sealed record ModelBatch(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Targets, IReadOnlyList<Tensor?> Weights, long Size);
