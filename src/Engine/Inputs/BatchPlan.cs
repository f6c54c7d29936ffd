using ExperimentRunner.Engine.Inputs.Streams;
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

    /// <summary>From how many examples the next one is drawn; null is from all. A buffer that holds all gives the same order.</summary>
    public int? ShuffleBuffer { get; init; }

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
        : PassLength * passes;

    /// <summary>How many batches a pass has, where each pass ends with a batch.</summary>
    public long PassLength => Batches(Examples);

    /// <summary>How many examples all batches have together; null when there is no end.</summary>
    public long? Given => Count is not { } count ? null : RunsOn ? End(count - 1) : Passes * (DropRemainder ? PassLength * BatchSize : Examples);

    /// <summary>The batches of an epoch of <c>fit</c>: a pass, or as many steps as were asked for; a pass that ends, ends the epoch too.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="passLength">How many batches a pass has.</param>
    /// <param name="steps">How many batches an epoch has at most; null is a pass.</param>
    /// <returns>The first batch, and the one behind the last.</returns>
    /// <remarks>Source: Keras 3, <c>keras/src/trainers/epoch_iterator.py</c>.</remarks>
    public static (long First, long End) Epoch(long epoch, long passLength, long? steps)
    {
        var most = Math.Min(steps ?? passLength, passLength);
        var each = (passLength + most - 1) / most; // epochs in a pass
        var pass = epoch / each * passLength;
        var first = pass + (epoch % each * most);
        return (first, Math.Min(first + most, pass + passLength));
    }

    /// <summary>The stretches of the batch of a number, each within one pass.</summary>
    public IReadOnlyList<Stretch> At(long number)
    {
        if (!RunsOn)
        {
            var start = number % PassLength * BatchSize;
            return [new Stretch(number / PassLength, start, Math.Min(BatchSize, Examples - start))];
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

    /// <summary>The examples of the batch of a number, by their places in the data.</summary>
    public long[] BatchIndices(long number) =>
        [.. At(number).SelectMany(stretch => OrderOf(stretch.Pass).AsSpan((int)stretch.Start, (int)stretch.Length).ToArray())];

    /// <summary>How many passes have ended once the batch of a number is done.</summary>
    public long PassesAfter(long number) => RunsOn ? End(number) / Examples : (number + 1) / PassLength;

    /// <summary>The examples of a pass in their order, by their places in the data.</summary>
    public long[] OrderOf(long pass)
    {
        if (Shuffle && !IsBuffered)
        {
            return Key.Derive(pass).Permutation(Examples);
        }

        var (order, buffer) = (new long[Examples], IsBuffered ? BufferOf(pass) : null);
        for (long i = 0; i < Examples; i++)
        {
            order[i] = buffer?.Next() ?? i;
        }

        return order;
    }

    /// <summary>Whether a buffer gives the order, because it does not hold all.</summary>
    internal bool IsBuffered => Shuffle && ShuffleBuffer < Examples;

    /// <summary>The buffer of a pass, full.</summary>
    internal ShuffleBuffer BufferOf(long pass) => new(Key.Derive(pass), Examples, ShuffleBuffer!.Value);

    private long End(long number) => Passes is { } passes ? Math.Min((number + 1) * BatchSize, Examples * passes) : (number + 1) * BatchSize;

    private long Batches(long examples) => DropRemainder ? examples / BatchSize : (examples + BatchSize - 1) / BatchSize;
}

/// <summary>Neighbouring places in the order of a pass.</summary>
/// <param name="Pass">The pass, from 0.</param>
/// <param name="Start">The first place.</param>
/// <param name="Length">How many places.</param>
public readonly record struct Stretch(long Pass, long Start, long Length);
