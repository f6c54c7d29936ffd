using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A column of a table, and which of its rows are examples.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The column.</param>
/// <param name="Choice">The rows.</param>
/// <param name="ShuffleBuffer">From how many examples the next one is drawn; null is from all.</param>
internal sealed record StreamedRows(RowTable Table, string Name, RowChoice Choice, int? ShuffleBuffer)
{
    /// <summary>The values in order, in parts; each belongs to the scope at work when it is asked for.</summary>
    /// <param name="start">The first example.</param>
    /// <param name="length">How many.</param>
    /// <param name="part">How many make a part.</param>
    internal IEnumerable<ArrayValues> Parts(long start, long length, int part)
    {
        using var reader = Table.Open([Name]);
        for (var done = 0L; done < length; done += part)
        {
            yield return Choice.Read(reader, Table.ReadsAnywhere, start + done, (int)Math.Min(part, length - done))[0];
        }
    }
}
