using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using TorchSharp;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner doctor</c>: says whether this machine can run experiments, with the remedy for what is missing.</summary>
internal static class DoctorCommand
{
    private const long NeededMemory = 2L << 30;
    private const long NeededDisk = 1L << 30;

    internal static Command Make(Terminal terminal)
    {
        var command = new Command("doctor", "Say whether this machine can run experiments, and what to do where it cannot.");
        command.SetAction(_ => Examine(terminal) ? ExitCodes.Done : ExitCodes.Failed);
        return command;
    }

    private static bool Examine(Terminal terminal)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var runs = RunsRoot.For(Environment.CurrentDirectory);
        var findings = new List<Finding>
        {
            new("program", true, $"ExperimentRunner {Machine.ProgramVersion}, .NET {Environment.Version}, {RuntimeInformation.OSDescription}"),
            new("processor", true, $"{Environment.ProcessorCount} cores{(BFloat16 ? ", fast in bfloat16" : "")}"),
            new("memory", memory >= NeededMemory, Gigabytes(memory), "Small models need 2 GB; give the machine or the container more."),
            Writable(runs),
            Disk(runs),
            Libtorch(),
        };
        foreach (var finding in findings)
        {
            terminal.Print($"{(finding.Good ? "ok  " : "FAIL")}  {finding.What,-10} {finding.Found}");
            if (!finding.Good)
            {
                terminal.Print($"      {"",-10} {finding.Remedy}");
            }
        }

        var good = findings.TrueForAll(finding => finding.Good);
        terminal.Print(good ? "This machine is ready." : "This machine is not ready yet: see FAIL above.");
        return good;
    }

    private static bool BFloat16 => File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && (line.Contains("avx512_bf16", StringComparison.Ordinal) || line.Contains("amx_bf16", StringComparison.Ordinal)));

    private static Finding Writable(string runs)
    {
        try
        {
            var isThere = Directory.Exists(runs);
            Directory.CreateDirectory(runs);
            var probe = Path.Combine(runs, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            if (!isThere)
            {
                Directory.Delete(runs);
            }

            return new Finding("runs", true, runs);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Finding("runs", false, $"{runs} cannot be written", "Say 'runner run FILE --runs DIR' with a folder that is yours.");
        }
    }

    private static Finding Disk(string runs)
    {
        try
        {
            var free = new DriveInfo(Path.GetFullPath(runs)).AvailableFreeSpace;
            return new Finding("disk", free >= NeededDisk, $"{Gigabytes(free)} free", "Make room, or say --runs with a folder on another disk.");
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return new Finding("disk", true, "free space unknown");
        }
    }

    private static Finding Libtorch()
    {
        try
        {
            TorchNative.EnsureLoaded();
            using var scope = torch.NewDisposeScope();
            var sum = torch.ones(3).sum().item<float>();
            return new Finding("libtorch", sum == 3, $"{torch.__version__}, {torch.get_num_threads()} threads", "It computes wrongly here: install the program again.");
        }
        catch (TorchNativeException error)
        {
            return new Finding("libtorch", false, "does not load", error.Message);
        }
    }

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GB");

    private sealed record Finding(string What, bool Good, string Found, string Remedy = "");
}
