namespace ExperimentRunner.Engine.Models;

/// <summary>Batches by number: the same number always gives the same examples, so that training may go on anywhere.</summary>
public interface IBatchSource : IDisposable
{
    /// <summary>How many batches there are; null when there is no end.</summary>
    long? Count { get; }

    /// <summary>How many examples all batches have together; null where that is not known, or there is no end.</summary>
    long? Examples => null;

    /// <summary>The batch of a number, from 0. Its tensors belong to the caller's scope.</summary>
    ModelBatch At(long number);

    /// <summary>How long batches were waited for, where they are read while they are used.</summary>
    TimeSpan Waited => TimeSpan.Zero;

    /// <summary>How many whole passes over the data end before or with this batch.</summary>
    long PassesAfter(long number);
}
