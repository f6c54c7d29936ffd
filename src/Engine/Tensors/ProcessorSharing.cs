using System.Globalization;
using TorchSharp;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>Lets libtorch's waiting threads sleep while other programs want the same processors, and spin while they do not.</summary>
/// <remarks>
/// A thread of libgomp that waits for work asks for it again and again for some milliseconds, which is up to a tenth faster than sleeping when
/// the machine is its own; when it is not, it burns what the others need, and two trainings at once take twice as long as one after the other.
/// libgomp decides that once, when it is loaded, but for one rule: it soon sleeps while the process has more of its threads than there are
/// processors. So a few threads that do nothing are held as long as the machine is shared. Linux alone tells; elsewhere nothing is done.
/// </remarks>
public sealed class ProcessorSharing : IDisposable
{
    private const double TicksPerSecond = 100; // of /proc/stat, on every Linux of x64
    private const double Much = 0.25; // of a processor
    private const double Little = 0.1;
    private const int QuietLooks = 8; // before it spins again
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider _clock;
    private readonly Func<IEnumerable<string>> _read;
    private readonly HashSet<string> _processors;
    private readonly ITimer? _timer;
    private ManualResetEventSlim? _crowd;
    private (long At, double Busy, double Idle, double Own) _before;
    private int _quiet;

    /// <summary>Begins to watch. libtorch must have been loaded.</summary>
    /// <param name="clock">Tells the time.</param>
    public ProcessorSharing(TimeProvider clock)
        : this(clock, OperatingSystem.IsLinux() ? Allowed(File.ReadLines("/proc/self/status")) : [], () => File.ReadLines("/proc/stat"))
    {
    }

    /// <summary>Begins to watch processors through what <c>/proc/stat</c> says.</summary>
    internal ProcessorSharing(TimeProvider clock, HashSet<string> processors, Func<IEnumerable<string>> read)
    {
        (_clock, _processors, _read) = (clock, processors, read);
        if (_processors.Count > 0)
        {
            _before = Now();
            _timer = clock.CreateTimer(_ => Look(), null, Pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether others want the processors.</summary>
    internal bool IsShared => _crowd is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        Disperse();
    }

    /// <summary>The names that /proc/stat has for the processors that a process may use: its status says <c>Cpus_allowed_list: 0-1,4</c>.</summary>
    internal static HashSet<string> Allowed(IEnumerable<string> status) =>
    [
        .. (status.FirstOrDefault(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(range => range.Split('-'))
            .SelectMany(ends => Enumerable.Range(Number(ends[0]), Number(ends[^1]) - Number(ends[0]) + 1))
            .Select(number => $"cpu{number}"),
    ];

    /// <summary>How many seconds the processors of that name were busy, and idle.</summary>
    internal static (double Busy, double Idle) Times(IEnumerable<string> stat, IReadOnlySet<string> processors)
    {
        var (busy, idle) = (0L, 0L);
        foreach (var words in stat.TakeWhile(line => line.StartsWith("cpu", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (processors.Contains(words[0]) && words.Length > 8)
            {
                idle += Ticks(words[4]) + Ticks(words[5]); // idle and iowait
                busy += Ticks(words[1]) + Ticks(words[2]) + Ticks(words[3]) + Ticks(words[6]) + Ticks(words[7]) + Ticks(words[8]); // user, nice, system, irq, softirq, steal
            }
        }

        return (busy / TicksPerSecond, idle / TicksPerSecond);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Ticks(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private (long At, double Busy, double Idle, double Own) Now()
    {
        var (busy, idle) = Times(_read(), _processors);
        return (_clock.GetTimestamp(), busy, idle, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private void Look()
    {
        var now = Now();
        var seconds = _clock.GetElapsedTime(_before.At, now.At).TotalSeconds;
        var others = (now.Busy - _before.Busy - (now.Own - _before.Own)) / seconds;
        var idle = (now.Idle - _before.Idle) / seconds;
        _before = now;
        if (others > Much && idle < Much)
        {
            _quiet = 0;
            Gather();
        }
        else if (others >= Little)
        {
            _quiet = 0;
        }
        else if (++_quiet >= QuietLooks)
        {
            Disperse();
        }

        _timer!.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    private void Gather()
    {
        var threads = torch.get_num_threads();
        if (_crowd is not null || threads < 2)
        {
            return;
        }

        _crowd = new ManualResetEventSlim();
        for (var missing = _processors.Count + 1 - threads; missing > 0; missing -= threads - 1)
        {
            var end = _crowd;
            new Thread(() => Idle(threads, end)) { IsBackground = true, Name = "idle team" }.Start();
        }
    }

    private void Disperse()
    {
        _crowd?.Set();
        (_crowd, _quiet) = (null, 0);
    }

    /// <summary>Has libgomp begin a team of threads for the present one, and keeps it.</summary>
    private static void Idle(int threads, ManualResetEventSlim end)
    {
        const int Share = 32768; // of values, below which libtorch begins no further thread
        using (torch.NewDisposeScope())
        {
            torch.zeros((long)Share * threads).neg_();
        }

        end.Wait();
    }
}
