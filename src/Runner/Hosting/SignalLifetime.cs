using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace ExperimentRunner.Runner.Hosting;

/// <summary>
/// Ends the host by signals: the first SIGINT or SIGTERM asks it to stop at the next step with everything saved, a second one
/// stops it now, unless it comes at once: timeout(1) and its like tell a program and then its group. SIGUSR1, with which Slurm warns, has it keep everything and go on. Of SIGXFSZ only who writes hears, as of a full disk.
/// </summary>
internal sealed partial class SignalLifetime(IHostApplicationLifetime application, CheckpointRequest checkpoint, TimeProvider clock) : IHostLifetime, IDisposable
{
    private const int UserSignalOfLinux = 10;
    private const int UserSignalOfMac = 30;
    private const int FileTooLargeSignal = 25; // SIGXFSZ: unheard, it kills
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;
    private long _first;

    /// <summary>128 and the signal's number; 0 while none came.</summary>
    internal int ExitCode => Volatile.Read(ref _exitCode);

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 130)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 143)));
        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? UserSignalOfMac : UserSignalOfLinux), context =>
            {
                context.Cancel = true;
                checkpoint.Ask();
            }));
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)FileTooLargeSignal, context => context.Cancel = true)); // who writes is told
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        lock (_gate)
        {
            if (_exitCode == 0)
            {
                (_exitCode, _first) = (code, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(_first) > AtOnce)
            {
                EndNow(code);
            }
        }

        application.StopApplication();
    }

    /// <summary>Ends the process without what C++ does at an exit: libtorch would be taken down under the training that still computes.</summary>
    private static void EndNow(int code)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }

        ExitOfUnix(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitOfUnix(int code);
}
