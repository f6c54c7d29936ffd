namespace ExperimentRunner.Engine.Tests.Operations;

/// <summary>The classes in Keras 3.15's modules of operations.</summary>
internal static class KerasOperations
{
    /// <summary>All of them, by module.</summary>
    internal static IReadOnlyList<(string Module, string Name)> All { get; } = Read();

    private static List<(string Module, string Name)> Read()
    {
        using var list = new StreamReader(typeof(KerasOperations).Assembly.GetManifestResourceStream("keras-operations.txt")!);
        return [.. list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words => (words[0], words[1]))];
    }
}
