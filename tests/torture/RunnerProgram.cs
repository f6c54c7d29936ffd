using System.Diagnostics;
using System.Text;

namespace ExperimentRunner.Torture;

/// <summary>The program under test, as a process of its own.</summary>
/// <param name="path">Its assembly.</param>
internal sealed class RunnerProgram(string path)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20); // a machine may be busy

    /// <summary>Runs it to its end, or kills it after a time.</summary>
    /// <param name="killAfter">After how long it is killed; null lets it end.</param>
    /// <param name="from">From when that time counts: once this is so; null is the start.</param>
    /// <param name="arguments">The command line.</param>
    public Outcome Run(TimeSpan? killAfter, Func<bool>? from, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var said = new StringBuilder();
        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (from is not null && !from() && !process.WaitForExit(2))
        {
        }

        var ended = process.WaitForExit(killAfter ?? Longest);
        if (!ended)
        {
            process.Kill(); // SIGKILL
        }

        process.WaitForExit();
        return new Outcome(ended ? process.ExitCode : null, said.ToString(), watch.Elapsed);
    }
}

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; null when it was killed.</param>
/// <param name="Said">What it said.</param>
/// <param name="Time">How long it took.</param>
internal sealed record Outcome(int? Code, string Said, TimeSpan Time);
