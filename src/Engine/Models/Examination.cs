using ExperimentRunner.Engine.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>Looks on while a classifier is evaluated: how often which class is taken for which, and which examples it gets most wrong.</summary>
/// <remarks>It costs a few small operations a batch, and no further pass through the model.</remarks>
public sealed class Examination : IDisposable
{
    private const int MostClasses = 1000;
    private readonly bool _logits;
    private readonly int _kept;
    private readonly List<WrongExample> _worst = [];
    private Tensor? _counts;
    private long _examples;

    private Examination(bool logits, int kept) => (_logits, _kept) = (logits, kept);

    /// <summary>How many classes there are; 0 before the first batch, or where the batches are of no classifier.</summary>
    public int Classes { get; private set; }

    /// <summary>The examples that are most wrong: those to whose class the least probability is given, the worst first.</summary>
    public IReadOnlyList<WrongExample> Worst => _worst;

    /// <summary>An examination for an objective; null where it is not that of a classifier of one output.</summary>
    /// <param name="objective">What the model is trained for.</param>
    /// <param name="kept">How many of the most wrong examples are kept.</param>
    public static Examination? For(Objective objective, int kept) => objective.Outputs is [{ Loss: { } choice }]
        ? choice.Loss switch
        {
            SparseCategoricalCrossentropy loss => new Examination(loss.FromLogits, kept),
            CategoricalCrossentropy loss => new Examination(loss.FromLogits, kept),
            BinaryCrossentropy loss => new Examination(loss.FromLogits, kept),
            null => new Examination(logits: false, kept),
            _ => null,
        }
        : null;

    /// <summary>Takes a batch and what was predicted for it.</summary>
    public void Look(ModelBatch batch, IReadOnlyList<Tensor> predictions)
    {
        if (batch.Targets is not [var target] || predictions[0] is not { } prediction || prediction.dim() != 2 || prediction.shape[1] > MostClasses)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var shares = SharesOf(prediction.to_type(ScalarType.Float32)); // [batch, classes]
        var truth = TruthOf(target, prediction); // [batch]
        var classes = shares.shape[1];
        if (truth is null || classes < 2 || (Classes > 0 && Classes != classes))
        {
            return;
        }

        Classes = (int)classes;
        var said = shares.argmax(1); // [batch]
        var known = truth.ge(0).logical_and(truth.lt(classes)); // what a loss ignores is in no class
        var cells = (truth * classes + said).masked_select(known);
        _counts ??= zeros(classes * classes, ScalarType.Int64).DetachFromDisposeScope();
        _counts.add_(cells.bincount(null, classes * classes));
        KeepWorst(batch.Inputs[0], shares, truth, said, known);
        _examples += batch.Size;
    }

    /// <summary>How often an example of a class (the first index) was taken for a class (the second).</summary>
    public long[][] Counts() => _counts is null ? [] : [.. _counts.data<long>().ToArray().Chunk(Classes)];

    /// <inheritdoc/>
    public void Dispose() => _counts?.Dispose();

    private Tensor SharesOf(Tensor prediction)
    {
        if (prediction.shape[1] > 1)
        {
            return _logits ? prediction.softmax(1) : prediction;
        }

        var yes = _logits ? prediction.sigmoid() : prediction;
        return cat([1 - yes, yes], 1);
    }

    /// <summary>The class of each example: its number, or the place of the largest target. Null where targets are neither.</summary>
    private static Tensor? TruthOf(Tensor target, Tensor prediction) =>
        target.dim() == 1 || (target.dim() == 2 && target.shape[1] == 1) ? target.reshape(-1).to_type(ScalarType.Int64)
        : target.dim() == 2 && target.shape[1] == prediction.shape[1] ? target.argmax(1)
        : null;

    private void KeepWorst(Tensor input, Tensor shares, Tensor truth, Tensor said, Tensor known)
    {
        const float Right = 2; // more than any share
        var given = shares.gather(1, truth.clamp(0, shares.shape[1] - 1).unsqueeze(1)).squeeze(1);
        var wrong = given.masked_fill(said.eq(truth).logical_or(known.logical_not()), Right);
        var (least, places) = wrong.topk((int)Math.Min(_kept, wrong.shape[0]), largest: false);
        var (values, indices) = (least.data<float>().ToArray(), places.data<long>().ToArray());
        for (var i = 0; i < values.Length && values[i] < Right; i++)
        {
            if (_worst.Count == _kept && values[i] >= _worst[^1].ShareOfClass)
            {
                break;
            }

            var index = indices[i];
            var (isClass, saidClass) = ((int)truth[index].item<long>(), (int)said[index].item<long>());
            var example = new WrongExample(
                _examples + index, isClass, saidClass, values[i], shares[index, saidClass].item<float>(), [.. input.shape.Skip(1)], input[index].to_type(ScalarType.Float32).contiguous().data<float>().ToArray());
            var place = _worst.FindIndex(other => other.ShareOfClass > example.ShareOfClass);
            _worst.Insert(place < 0 ? _worst.Count : place, example);
            if (_worst.Count > _kept)
            {
                _worst.RemoveAt(_kept);
            }
        }
    }
}

/// <summary>An example that a classifier took for another class.</summary>
/// <param name="Number">Its number in the evaluation, from 0.</param>
/// <param name="Class">The class it is of.</param>
/// <param name="Said">The class it was taken for.</param>
/// <param name="ShareOfClass">The probability given to its class.</param>
/// <param name="ShareOfSaid">The probability given to the class it was taken for.</param>
/// <param name="Shape">The shape of what went into the model.</param>
/// <param name="Values">What went into the model.</param>
public sealed record WrongExample(long Number, int Class, int Said, double ShareOfClass, double ShareOfSaid, IReadOnlyList<long> Shape, float[] Values);
