namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Goes through the order of a plan's passes; it may be taken up anywhere.</summary>
/// <param name="plan">The plan.</param>
internal sealed class RowOrder(BatchPlan plan)
{
    private long _pass = -1;
    private long[]? _whole;
    private ShuffleBuffer? _buffer;

    /// <summary>The examples of a stretch.</summary>
    internal long[] Take(Stretch stretch)
    {
        GoTo(stretch.Pass, stretch.Start);
        var rows = new long[stretch.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = _buffer?.Next() ?? (_whole is null ? stretch.Start + i : _whole[stretch.Start + i]);
        }

        return rows;
    }

    /// <summary>What is still to come at a place of a pass of those examples that stand before a front in the data; behind it, all are.</summary>
    internal (IReadOnlySet<long> Waiting, long Front) At(long pass, long place)
    {
        GoTo(pass, place);
        return place == 0 ? (new HashSet<long>(), 0)
            : _buffer is not null ? (_buffer.Held.ToArray().ToHashSet(), _buffer.Front)
            : _whole is not null ? (_whole[(int)place..].ToHashSet(), plan.Examples)
            : (new HashSet<long>(), place);
    }

    private void GoTo(long pass, long place)
    {
        if (_pass != pass || _buffer?.Given > place)
        {
            _pass = pass;
            _buffer = plan.IsBuffered ? plan.BufferOf(pass) : null;
            _whole = plan.Shuffle && _buffer is null ? plan.OrderOf(pass) : null;
        }

        while (_buffer?.Given < place)
        {
            _buffer.Next();
        }
    }
}
