namespace ExperimentRunner.Engine.Tensors;

/// <summary>Text in the shape of a tensor. libtorch has no such tensors, so it stays on the host.</summary>
/// <param name="values">The texts, the last axis running fastest.</param>
/// <param name="shape">The lengths of the axes.</param>
public sealed class TextArray(string[] values, params long[] shape)
{
    /// <summary>The texts, the last axis running fastest.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>The lengths of the axes.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>The rows at these indices.</summary>
    public TextArray Take(ReadOnlySpan<long> rows)
    {
        var size = RowSize;
        var taken = new string[rows.Length * size];
        for (var i = 0; i < rows.Length; i++)
        {
            Array.Copy(values, rows[i] * size, taken, i * size, size);
        }

        return new TextArray(taken, [rows.Length, .. shape[1..]]);
    }

    /// <summary>Neighbouring rows.</summary>
    public TextArray Range(long start, long length)
    {
        var size = RowSize;
        return new TextArray(values[(int)(start * size)..(int)((start + length) * size)], [length, .. shape[1..]]);
    }

    private long RowSize => shape[1..].Aggregate(1L, (product, length) => product * length);
}
