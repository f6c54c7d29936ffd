using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>
/// A callback or a hook at work in one training, of a model or an estimator alike. Listeners are told in the order of the file, and
/// what one of them adds to an epoch's figures the next ones see.
/// </summary>
/// <remarks>
/// A training that goes on after a stop calls <see cref="Restore"/> in place of <see cref="TrainBegin"/>. All that the future depends
/// on goes through <see cref="Save"/>.
/// </remarks>
public abstract class TrainingListener : IResumable
{
    private Training? _training;
    private bool _warned;

    /// <summary>What files call it.</summary>
    public string Name => Catalog.NameOf(GetType().DeclaringType ?? GetType());

    /// <summary>Whether it looks at the figures of epochs, which must then be gathered.</summary>
    public virtual bool FollowsEpochs => true;

    /// <summary>The figure without which it has nothing to look at; null where it needs none.</summary>
    public virtual string? Needs => null;

    /// <summary>The training it looks on at.</summary>
    protected Training Training => _training ?? throw new InvalidOperationException("The training has not begun.");

    /// <summary>Training begins; no step of it has been made.</summary>
    public virtual void TrainBegin()
    {
    }

    /// <summary>An epoch begins.</summary>
    public virtual void EpochBegin()
    {
    }

    /// <summary>A step is about to be made.</summary>
    public virtual void BatchBegin()
    {
    }

    /// <summary>A step was made.</summary>
    public virtual void BatchEnd()
    {
    }

    /// <summary>The model is about to be measured on other data.</summary>
    public virtual void TestBegin()
    {
    }

    /// <summary>The model was measured.</summary>
    /// <param name="logs">The figures; none where it was broken off.</param>
    public virtual void TestEnd(Logs logs)
    {
    }

    /// <summary>An epoch ended, validation included.</summary>
    /// <param name="logs">The epoch's figures.</param>
    public virtual void EpochEnd(Logs logs)
    {
    }

    /// <summary>Training ended by itself; not when it failed or was interrupted.</summary>
    public virtual void TrainEnd()
    {
    }

    /// <summary>After a step, and after an epoch's end, once every listener was told: the training may be saved, and taken up from here.</summary>
    public virtual void AtRest()
    {
    }

    /// <summary>The program is asked to stop in the middle of the training, which may be taken up from here.</summary>
    public virtual void Interrupted()
    {
    }

    /// <inheritdoc/>
    public virtual void Save(SavedState state)
    {
    }

    /// <inheritdoc/>
    public virtual void Restore(SavedState state)
    {
    }

    /// <summary>Is given the training that begins or goes on.</summary>
    internal virtual void Attach(Training training) => _training = training;

    /// <summary>Does something that the world outside may hinder: what goes wrong is told the first time, and never ends the training.</summary>
    /// <param name="what">What is tried, as in "CSVLogger cannot write log.csv".</param>
    /// <param name="act">Tries it.</param>
    /// <returns>Whether it went well.</returns>
    protected bool Attempt(string what, Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or ModelFileException or HttpRequestException or OperationCanceledException || FileLimit.IsReached(trouble))
        {
            if (!_warned)
            {
                Training.Place.Warn($"{what}: {trouble.Message} Training goes on.");
                _warned = true;
            }

            return false;
        }
    }
}
