using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Which process does a run, so that a reader can tell a run at work from one whose process is gone.</summary>
/// <param name="Id">The process's number.</param>
/// <param name="Started">When it started, as the system counts (numbers are used again; a start is not).</param>
/// <param name="Host">The machine's name.</param>
internal sealed partial record RunProcess(int Id, long Started, string Host)
{
    private const int TerminateSignal = 15;

    /// <summary>This process.</summary>
    internal static RunProcess Current()
    {
        using var process = Process.GetCurrentProcess();
        return new RunProcess(process.Id, StartOf(process), Environment.MachineName);
    }

    /// <summary>Whether the process is gone. False when it is on another machine, where nobody here can tell.</summary>
    internal bool IsGone()
    {
        if (Host != Environment.MachineName)
        {
            return false;
        }

        if (Id <= 0)
        {
            return true; // no process: to a signal, all of them
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            return StartOf(process) != Started || HasEnded(process);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException) // the last: it ended while it was looked at
        {
            return true;
        }
    }

    /// <summary>Asks it to stop at the next step with everything saved, as SIGTERM does; false where that cannot be asked from here.</summary>
    internal bool AskToStop() => Host == Environment.MachineName && !OperatingSystem.IsWindows() && !IsGone() && Kill(Id, TerminateSignal) == 0;

    /// <summary>Reads what <see cref="ToJson"/> wrote; null when it is something else.</summary>
    internal static RunProcess? From(JsonNode? json) =>
        json is JsonObject && (int?)json["id"] is { } id && (long?)json["started"] is { } started && (string?)json["host"] is { } host
            ? new RunProcess(id, started, host)
            : null;

    /// <summary>Writes it.</summary>
    internal JsonObject ToJson() => new() { ["id"] = Id, ["started"] = Started, ["host"] = Host };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>Clock ticks since boot on Linux (the same for every reader), else the start's time.</summary>
    private static long StartOf(Process process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return process.StartTime.ToUniversalTime().Ticks;
        }

        return long.Parse(StatOf(process)[19], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Whether it has ended and its parent has not asked how, as in containers whose first program asks nobody.</summary>
    private static bool HasEnded(Process process) => OperatingSystem.IsLinux() && StatOf(process)[0] == "Z";

    /// <summary>What Linux says of a process, from its state on.</summary>
    private static string[] StatOf(Process process)
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }
}
