using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Sweeping;

/// <summary>Does the runs of a sweep on this machine, each a process of its own, several at once.</summary>
internal sealed class LocalSweep(Terminal terminal, int jobs)
{
    private readonly List<Process> _running = [];
    private readonly Lock _gate = new();
    private int _signal;

    /// <summary>128 and the signal's number that ended it; 0 where none did.</summary>
    internal int ExitCode => Volatile.Read(ref _signal);

    /// <summary>Runs them; the result is how many failed.</summary>
    /// <param name="runs">The arguments of each run.</param>
    /// <param name="titles">What each is called.</param>
    internal int Run(IReadOnlyList<IReadOnlyList<string>> runs, IReadOnlyList<string> titles)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 130));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 143));
        var (next, done, failed) = (-1, 0, 0);
        var workers = Enumerable.Range(0, Math.Min(jobs, runs.Count)).Select(_ => new Thread(() =>
        {
            while (_signal == 0 && Interlocked.Increment(ref next) is var number && number < runs.Count)
            {
                var (code, last) = RunOne(runs[number]);
                lock (_gate)
                {
                    failed += code == 0 ? 0 : 1;
                    terminal.Say(Printable.Line($"{++done}/{runs.Count}  {titles[number]}  {(code == 0 ? last : $"failed: {last}")}"));
                }
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return failed + (runs.Count - done);
    }

    private (int Code, string Last) RunOne(IReadOnlyList<string> arguments)
    {
        var start = ProgramCommand.With(arguments);
        Lend(start, "THREADS", Math.Max(1, Environment.ProcessorCount / jobs).ToString(CultureInfo.InvariantCulture));
        Lend(start, "SHAREDCORES", jobs > 1 ? "true" : "false");
        using var process = new Process { StartInfo = start };
        var (said, printed) = (new LastLines(), new LastLines());
        process.ErrorDataReceived += (_, line) => said.Add(line.Data);
        process.OutputDataReceived += (_, line) => printed.Add(line.Data);
        lock (_gate)
        {
            process.Start();
            _running.Add(process);
        }

        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        process.WaitForExit();
        lock (_gate)
        {
            _running.Remove(process);
        }

        return (process.ExitCode, process.ExitCode == 0 ? printed.All.FirstOrDefault(line => line.Contains(" done after ", StringComparison.Ordinal)) ?? "" : said.All.LastOrDefault(line => line.StartsWith("error", StringComparison.Ordinal)) ?? $"exit code {process.ExitCode}");
    }

    /// <summary>Sets a variable of the program, unless the user has.</summary>
    private static void Lend(ProcessStartInfo start, string name, string value) => start.Environment.TryAdd(ProgramOptions.Prefix + name, value);

    /// <summary>Passes a signal on: a terminal sends it to all, a service manager only to the first.</summary>
    private void Stop(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _signal, code, 0) != 0)
        {
            Environment.Exit(code);
        }

        if (code == 143 && !OperatingSystem.IsWindows())
        {
            lock (_gate)
            {
                foreach (var process in _running.Where(process => !process.HasExited))
                {
                    using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                    kill.WaitForExit();
                }
            }
        }
    }

    private sealed class LastLines
    {
        private const int Most = 40;
        private readonly Queue<string> _lines = new();

        internal IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        internal void Add(string? line)
        {
            lock (_lines)
            {
                if (line is { Length: > 0 })
                {
                    _lines.Enqueue(line);
                    if (_lines.Count > Most)
                    {
                        _lines.Dequeue();
                    }
                }
            }
        }
    }
}
