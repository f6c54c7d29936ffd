using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Trains, evaluates and predicts with its own copy of a Keras model, counting steps.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Estimator</c> and <c>tf.keras.estimator.model_to_estimator</c>.</remarks>
public sealed class Estimator : IResumable, IDisposable
{
    private readonly RandomKey _seed;

    /// <summary>Converts a model: copies all its weights, moving averages too. Steps and the optimizer start at zero.</summary>
    /// <param name="model">The model. It is left as it is, and training the estimator never changes it.</param>
    /// <param name="options">What it is trained for and how.</param>
    /// <param name="seed">Where random numbers of training come from.</param>
    public Estimator(Model model, CompileOptions options, RandomKey seed)
    {
        _seed = seed;
        Model = model.Copy();
        HasWeights = model.HasWeights;
        Trainer = new Trainer(Model, options, seed);
    }

    /// <summary>The estimator's own model.</summary>
    public Model Model { get; }

    /// <summary>Its training: objective and optimizer.</summary>
    public Trainer Trainer { get; }

    /// <summary>How many steps it was trained for.</summary>
    public long GlobalStep { get; internal set; }

    /// <summary>Whether its weights mean anything: it was trained, or made from a model that was.</summary>
    public bool HasWeights { get; set; }

    /// <summary>Trains on batches from the first one of a source, until a step, the end of the data, or a listener's word.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="lastStep">The global step to stop at; null trains to the end of the data.</param>
    /// <param name="listeners">Who looks on, in order.</param>
    /// <param name="place">What the program around lends.</param>
    /// <param name="evaluations">What it is measured on meanwhile: <c>train_and_evaluate</c>.</param>
    /// <param name="from">What an earlier, interrupted call saved, to go on from there; null begins.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    public TrainingSession Train(
        IBatchSource batches, long? lastStep, IReadOnlyList<TrainingListener> listeners, Surroundings? place = null,
        SavedState? from = null, IReadOnlyList<Evaluation>? evaluations = null, CancellationToken stop = default)
    {
        var session = new TrainingSession(this, batches, lastStep, evaluations ?? []) { Place = place ?? new Surroundings() };
        session.Run(listeners, from, stop);
        return session;
    }

    /// <summary>The loss and the metrics over batches, and <c>global_step</c>.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="steps">How many of them; null is all.</param>
    /// <param name="each">Is told after each batch how many are done.</param>
    /// <param name="stop">Ends the evaluation.</param>
    /// <exception cref="EstimatorException">It was neither trained nor given weights.</exception>
    public Logs Evaluate(IBatchSource batches, long? steps, Action<long>? each = null, CancellationToken stop = default) => Model.Whole(() =>
    {
        NeedWeights("evaluated");
        using var measures = new Measures(Trainer.Objective, LossMean.OverBatches);
        foreach (var number in Numbers(batches, steps))
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Trainer.EvaluateStep(batches.At(number), measures);
            each?.Invoke(number + 1);
        }

        var logs = measures.Read();
        logs["global_step"] = GlobalStep;
        return logs;
    });

    /// <summary>The predictions for every example, by the names of the outputs.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="each">Is told after each batch how many are done.</param>
    /// <param name="stop">Ends the prediction.</param>
    /// <exception cref="EstimatorException">It was neither trained nor given weights.</exception>
    public IReadOnlyDictionary<string, Tensor> Predict(IBatchSource batches, Action<long>? each = null, CancellationToken stop = default)
    {
        NeedWeights("asked to predict");
        return Model.Predict(batches, each, stop);
    }

    /// <summary>Predicts, and hands out what comes out of each batch; it is held no longer.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="take">Takes the outputs of a batch, in the model's order; they are let go afterwards.</param>
    /// <param name="stop">Ends the prediction.</param>
    public void Predict(IBatchSource batches, Action<IReadOnlyList<Tensor>> take, CancellationToken stop = default)
    {
        NeedWeights("asked to predict");
        Model.Predict(batches, take, stop);
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("global_step", GlobalStep);
        state.Put("trained", HasWeights);
        Model.Save(state);
        Trainer.Save(state);
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        (GlobalStep, HasWeights) = (state.Need<long>("global_step"), state.Need<bool>("trained"));
        Model.Restore(state);
        Trainer.Restore(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Trainer.Dispose();
        Model.Dispose();
    }

    /// <summary>Trains on one batch.</summary>
    internal void Step(ModelBatch batch, params ReadOnlySpan<Measures?> measures)
    {
        Trainer.TrainStep(GlobalStep, batch, measures);
        (GlobalStep, HasWeights) = (GlobalStep + 1, true);
    }

    private static IEnumerable<long> Numbers(IBatchSource batches, long? steps)
    {
        for (long number = 0; number < (steps ?? long.MaxValue) && number < (batches.Count ?? long.MaxValue); number++)
        {
            yield return number;
        }
    }

    private void NeedWeights(string what)
    {
        if (!HasWeights)
        {
            throw new EstimatorException($"The estimator cannot be {what}: it was neither trained nor given trained weights.");
        }
    }
}
