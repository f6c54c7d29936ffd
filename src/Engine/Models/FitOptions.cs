namespace ExperimentRunner.Engine.Models;

/// <summary>How often and on what a model is trained: the arguments of Keras's <c>Model.fit</c> that are not data.</summary>
/// <remarks>Source: Keras 3, <c>keras.Model.fit</c>.</remarks>
public sealed record FitOptions
{
    /// <summary>The epoch at which training ends.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>The epoch at which training begins.</summary>
    public int InitialEpoch { get; init; }

    /// <summary>How many batches make an epoch; null is all of the data. Where an epoch ends within the data, the next goes on there, and ends where they do.</summary>
    public long? StepsPerEpoch { get; init; }

    /// <summary>How many batches of the validation data are used; null is all.</summary>
    public long? ValidationSteps { get; init; }

    /// <summary>Whether there is validation after an epoch, counted from 1.</summary>
    public Func<int, bool> Validates { get; init; } = _ => true;
}
