using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Which rows of a table are examples, in the order of the table: neighbouring ones, or a part of a list.</summary>
/// <param name="Listed">The rows that may be chosen, ascending; null is every row.</param>
/// <param name="Start">The first of them.</param>
/// <param name="Count">How many.</param>
internal sealed record RowChoice(long[]? Listed, long Start, long Count)
{
    private const int Block = 1024;

    /// <summary>Where an example stands in the table.</summary>
    internal long this[long example] => Listed is null ? Start + example : Listed[Start + example];

    /// <summary>Neighbouring examples of these.</summary>
    internal RowChoice Part(long start, long length) => new(Listed, Start + start, length);

    /// <summary>Neighbouring examples as a reader gives them.</summary>
    internal ArrayValues[] Read(RowReader reader, bool anywhere, long start, int length)
    {
        if (Listed is null || length == 0)
        {
            return reader.Read(Start + start, length);
        }

        var rows = Listed.AsSpan((int)(Start + start), length);
        if (anywhere)
        {
            return reader.Take(rows);
        }

        var parts = new List<ArrayValues[]>();
        for (var done = 0; done < length;)
        {
            var first = rows[done];
            var last = done;
            while (last + 1 < length && rows[last + 1] - first < Block)
            {
                last++;
            }

            var block = reader.Read(first, (int)(rows[last] - first + 1));
            var taken = tensor(Array.ConvertAll(rows[done..(last + 1)].ToArray(), row => row - first));
            parts.Add(Array.ConvertAll(block, values => values.Take(taken)));
            done = last + 1;
        }

        return ArrayParts.Joined(parts);
    }
}
