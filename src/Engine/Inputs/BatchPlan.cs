using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>
/// Which examples a batch holds: a pure function of the batch's number, so that training may go on anywhere. Passes follow one
/// another; each has its own random order, which depends on the key and the pass alone.
/// </summary>
public sealed record BatchPlan
{
    /// <summary>How many examples there are.</summary>
    public required long Examples { get; init; }

    /// <summary>How many examples a batch has.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How many times the data are gone through; null is without end.</summary>
    public long? Passes { get; init; } = 1;

    /// <summary>Whether each pass has a new random order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Where random orders come from.</summary>
    public RandomKey Key { get; init; }

    /// <summary>
    /// Whether batches run on from one pass into the next, so that only the very last may be smaller (tf.estimator); else each pass
    /// ends with a batch that may be smaller (Keras).
    /// </summary>
    public bool RunsOn { get; init; }

    /// <summary>Whether a last, smaller batch is left out.</summary>
    public bool DropRemainder { get; init; }

    /// <summary>How many batches there are; null without end.</summary>
    public long? Count => Passes is not { } passes ? null
        : RunsOn ? Batches(checked(Examples * passes))
        : Batches(Examples) * passes;

    /// <summary>The stretches of the batch of a number, each within one pass.</summary>
    public IReadOnlyList<Stretch> At(long number)
    {
        if (!RunsOn)
        {
            var each = Batches(Examples);
            var start = number % each * BatchSize;
            return [new Stretch(number / each, start, Math.Min(BatchSize, Examples - start))];
        }

        var stretches = new List<Stretch>(2);
        var end = End(number);
        for (var place = number * BatchSize; place < end;)
        {
            var start = place % Examples;
            var length = Math.Min(end - place, Examples - start);
            stretches.Add(new Stretch(place / Examples, start, length));
            place += length;
        }

        return stretches;
    }

    /// <summary>How many passes have ended once the batch of a number is done.</summary>
    public long PassesAfter(long number) => RunsOn ? End(number) / Examples : (number + 1) / Batches(Examples);

    /// <summary>The examples of a pass in their order; null when that is the order of the data.</summary>
    public long[]? OrderOf(long pass) => Shuffle ? Key.Derive(pass).Permutation(Examples) : null;

    private long End(long number) => Passes is { } passes ? Math.Min((number + 1) * BatchSize, Examples * passes) : (number + 1) * BatchSize;

    private long Batches(long examples) => DropRemainder ? examples / BatchSize : (examples + BatchSize - 1) / BatchSize;
}

/// <summary>Neighbouring places in the order of a pass.</summary>
/// <param name="Pass">The pass, from 0.</param>
/// <param name="Start">The first place.</param>
/// <param name="Length">How many places.</param>
public readonly record struct Stretch(long Pass, long Start, long Length);
