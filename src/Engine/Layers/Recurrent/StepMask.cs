using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// Which steps of which examples count, in the order in which they are walked. Steps that do not count leave the states as they are,
/// and their output is the last one that counted, or zero before there is one.
/// </summary>
internal sealed class StepMask
{
    private readonly int _batch;
    private readonly int _time;
    private readonly bool _backwards;
    private readonly bool[] _counts; // [batch · time]
    private readonly int[] _lengths; // [batch]

    private StepMask(int batch, int time, bool backwards, bool[] counts)
    {
        (_batch, _time, _backwards, _counts) = (batch, time, backwards, counts);
        _lengths = new int[batch];
        for (var i = 0; i < batch; i++)
        {
            _lengths[i] = counts.AsSpan(i * time, time).Count(true);
        }
    }

    /// <summary>How many steps of the longest example count; at least 1.</summary>
    private int Longest => Math.Max(1, _lengths.Max());

    /// <summary>Reads a mask; null when every step counts.</summary>
    /// <param name="mask">True where a step counts, <c>[batch, time]</c>; with more axes, where anything in it does.</param>
    /// <param name="backwards">Whether the last step is walked first.</param>
    internal static StepMask? Read(Tensor? mask, bool backwards)
    {
        if (mask is null || mask.dim() < 2)
        {
            return null;
        }

        var flat = (mask.dim() > 2 ? mask.flatten(2).any(-1, false) : mask).to_type(ScalarType.Bool).cpu().contiguous();
        var counts = flat.data<bool>().ToArray();
        if (!counts.Contains(false))
        {
            return null;
        }

        var (batch, time) = ((int)flat.shape[0], (int)flat.shape[1]);
        if (backwards)
        {
            for (var i = 0; i < batch; i++)
            {
                counts.AsSpan(i * time, time).Reverse();
            }
        }

        return new StepMask(batch, time, backwards, counts);
    }

    /// <summary>The mask of every step, <c>[batch]</c> each; null where the whole batch counts.</summary>
    internal Tensor?[] Steps()
    {
        var all = tensor(_counts, [_batch, _time]).unbind(1);
        var steps = new Tensor?[_time];
        for (var t = 0; t < _time; t++)
        {
            for (var i = 0; i < _batch && steps[t] is null; i++)
            {
                steps[t] = _counts[(i * _time) + t] ? null : all[t];
            }
        }

        return steps;
    }

    /// <summary>Puts the steps that count one after another, each example from the start: <c>[batch, time, …]</c> becomes <c>[steps, batch, …]</c>.</summary>
    internal Tensor Gather(Tensor x)
    {
        var from = new long[Longest * _batch];
        for (var i = 0; i < _batch; i++)
        {
            var step = 0;
            for (var t = 0; t < _time; t++)
            {
                if (_counts[(i * _time) + t])
                {
                    from[(step++ * _batch) + i] = (i * _time) + (_backwards ? _time - 1 - t : t);
                }
            }

            for (; step < Longest; step++)
            {
                from[(step * _batch) + i] = i * _time; // what stands here is never looked at
            }
        }

        return x.flatten(0, 1).index_select(0, tensor(from)).unflatten(0, Longest, _batch);
    }

    /// <summary>Where each example ends among the gathered steps.</summary>
    /// <param name="type">The type of the tensor that says which steps are over.</param>
    internal SequenceEnds Ends(ScalarType type)
    {
        var over = new float[Longest * _batch];
        for (var step = 0; step < Longest; step++)
        {
            for (var i = 0; i < _batch; i++)
            {
                over[(step * _batch) + i] = step < _lengths[i] ? 0 : 1;
            }
        }

        return new SequenceEnds(
            tensor(_lengths.Select((length, i) => ((Math.Max(length, 1) - 1L) * _batch) + i).ToArray()),
            tensor(over, [Longest, _batch, 1]).to_type(type),
            _lengths.Contains(0) ? tensor(Array.ConvertAll(_lengths, length => length == 0), [_batch, 1]) : null);
    }

    /// <summary>The outputs of all steps, <c>[batch, time, …]</c> in the order of walking, from those of the gathered ones.</summary>
    /// <param name="y">The outputs of the gathered steps, <c>[steps, batch, …]</c>.</param>
    /// <param name="zeros">Whether steps that do not count give zeros, instead of the last output that counted.</param>
    internal Tensor Scatter(Tensor y, bool zeros) => Spread(y, zeros, 0).unflatten(0, _batch, _time);

    /// <summary>The output of the step that is walked last, <c>[batch, …]</c>, from those of the gathered steps.</summary>
    /// <param name="y">The outputs of the gathered steps, <c>[steps, batch, …]</c>.</param>
    /// <param name="zeros">Whether a step that does not count gives zeros, instead of the last output that counted.</param>
    internal Tensor Final(Tensor y, bool zeros) => Spread(y, zeros, _time - 1);

    private Tensor Spread(Tensor y, bool zeros, int first)
    {
        var width = _time - first;
        var from = new long[_batch * width];
        var empty = new bool[_batch * width];
        for (var i = 0; i < _batch; i++)
        {
            var step = -1;
            for (var t = 0; t < _time; t++)
            {
                var counts = _counts[(i * _time) + t];
                step += counts ? 1 : 0;
                if (t >= first)
                {
                    from[(i * width) + t - first] = (Math.Max(step, 0) * _batch) + i;
                    empty[(i * width) + t - first] = step < 0 || (zeros && !counts);
                }
            }
        }

        var spread = y.flatten(0, 1).index_select(0, tensor(from)); // [batch · width, …]
        return empty.Contains(true) ? spread.masked_fill(tensor(empty, [empty.Length, .. Enumerable.Repeat(1L, (int)y.dim() - 2)]), 0) : spread;
    }
}
