namespace ExperimentRunner.Engine.Operations;

/// <summary>Options of operations that say one number for all axes of space, or one for each.</summary>
internal static class AxisNumbers
{
    /// <summary>One number for each axis.</summary>
    internal static IReadOnlyList<int> PerAxis(this Operation operation, string option, IReadOnlyList<int> numbers, int axes) =>
        numbers.Count == axes ? numbers
        : numbers.Count == 1 ? [.. Enumerable.Repeat(numbers[0], axes)]
        : throw operation.Misuse($"needs one number or {axes} as '{option}'");
}
