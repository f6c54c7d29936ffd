using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What ran an experiment: the machine and the versions.</summary>
internal static class Machine
{
    /// <summary>Name, system, processor, memory.</summary>
    internal static JsonObject Describe() => new()
    {
        ["host"] = Environment.MachineName,
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        ["processor"] = Processor(),
        ["cores"] = Environment.ProcessorCount,
        ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
    };

    /// <summary>Versions of the program and what it stands on.</summary>
    internal static JsonObject Versions() => new()
    {
        ["experiment_runner"] = ProgramVersion,
        ["dotnet"] = Environment.Version.ToString(),
        ["torchsharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3),
    };

    /// <summary>The program's version.</summary>
    internal static string ProgramVersion =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";

    /// <summary>The processor's name; null where the system does not tell.</summary>
    internal static string? Processor()
    {
        const string Information = "/proc/cpuinfo";
        return File.Exists(Information) && File.ReadLines(Information).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : null;
    }
}
