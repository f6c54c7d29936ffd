namespace ExperimentRunner.Engine.Models;

/// <summary>One call of Keras's <c>fit</c>, while it lasts.</summary>
public sealed class Fit
{
    /// <summary>The model's training.</summary>
    public required Trainer Trainer { get; init; }

    /// <summary>How often and on what.</summary>
    public required FitOptions Options { get; init; }

    /// <summary>The number of the step to make next, counted over every training of the model; random numbers depend on it.</summary>
    public long Step { get; private set; }

    /// <summary>The epoch at work, from 0.</summary>
    public int Epoch { get; private set; }

    /// <summary>How many batches of the epoch are done.</summary>
    public long BatchesDone { get; private set; }

    /// <summary>How many batches an epoch has.</summary>
    public long BatchesAnEpoch { get; private set; }

    /// <summary>How many examples this training has seen.</summary>
    public long Examples { get; private set; }

    /// <summary>What each epoch logged, from the first.</summary>
    public IReadOnlyList<(int Epoch, Logs Logs)> History => _history;

    /// <summary>Whether training is to end after this epoch.</summary>
    public bool StopRequested { get; private set; }

    private readonly List<(int Epoch, Logs Logs)> _history = [];

    /// <summary>Ends the training after this epoch.</summary>
    public void RequestStop() => StopRequested = true;

    /// <summary>Trains.</summary>
    /// <param name="batches">The training data; their passes are without end.</param>
    /// <param name="batchesAPass">How many batches a pass over them has.</param>
    /// <param name="validation">The validation data, or null.</param>
    /// <param name="listeners">Who looks on, in order.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    public void Run(IBatchSource batches, long batchesAPass, IBatchSource? validation, IReadOnlyList<FitListener> listeners, CancellationToken stop = default)
    {
        using var measures = new Measures(Trainer.Objective, LossMean.OverExamples);
        BatchesAnEpoch = Options.StepsPerEpoch ?? batchesAPass;
        Step = Trainer.Steps;
        for (Epoch = Options.InitialEpoch; Epoch < Options.Epochs && !StopRequested; Epoch++)
        {
            measures.Reset();
            for (BatchesDone = 0; BatchesDone < BatchesAnEpoch; BatchesDone++)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                TrainOne(batches, measures);
                Each(listeners, listener => listener.AfterStep(this));
            }

            var logs = measures.Read();
            if (validation is not null && Options.Validates(Epoch + 1))
            {
                foreach (var (name, value) in Trainer.Evaluate(validation, Options.ValidationSteps, stop).Under("val_"))
                {
                    logs[name] = value;
                }
            }

            _history.Add((Epoch, logs));
            Each(listeners, listener => listener.AfterEpoch(this, logs));
        }

        Trainer.Optimizer.Finish();
    }

    private static void Each(IReadOnlyList<FitListener> listeners, Action<FitListener> tell)
    {
        foreach (var listener in listeners)
        {
            tell(listener);
        }
    }

    private void TrainOne(IBatchSource batches, Measures measures)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var batch = batches.At(((long)(Epoch - Options.InitialEpoch) * BatchesAnEpoch) + BatchesDone);
        Trainer.TrainStep(Step++, batch, measures);
        Examples += batch.Size;
    }
}

/// <summary>Something that looks on while a model is fitted.</summary>
public abstract class FitListener
{
    /// <summary>A step was made.</summary>
    public virtual void AfterStep(Fit fit)
    {
    }

    /// <summary>An epoch ended, validation included.</summary>
    public virtual void AfterEpoch(Fit fit, Logs logs)
    {
    }
}
