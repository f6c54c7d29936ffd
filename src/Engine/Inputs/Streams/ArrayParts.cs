using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Joins rows that were read in parts.</summary>
internal static class ArrayParts
{
    /// <summary>Rows one part after the other, column by column.</summary>
    internal static ArrayValues[] Joined(IReadOnlyList<ArrayValues[]> parts) => parts is [var only] ? only
        : [.. Enumerable.Range(0, parts[0].Length).Select(column => Joined([.. parts.Select(part => part[column])]))];

    private static ArrayValues Joined(ArrayValues[] parts) => parts[0].Text is null
        ? new ArrayValues(cat([.. parts.Select(part => part.Numbers!)], 0))
        : new ArrayValues(new TextArray([.. parts.SelectMany(part => part.Text!.Values)], [parts.Sum(part => part.Shape[0]), .. parts[0].Shape.Skip(1)]));
}
