using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Execution;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Reporting.Pages;
using ExperimentRunner.Runner.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serilog;

namespace ExperimentRunner.Runner.Hosting;

/// <summary>
/// The experiment as a hosted service. All of it runs on one thread of its own, because tensors belong to the scopes of the thread
/// that made them. However it ends, the run's record says so.
/// </summary>
internal sealed class ExperimentService(
    CheckedExperiment experiment,
    RunFolder folder,
    RunRecord record,
    Terminal terminal,
    TimeProvider clock,
    ILogger log,
    CheckpointRequest request,
    ResumedRun resumed,
    RunLock held,
    IOptions<ProgramOptions> options,
    IHostApplicationLifetime application) : IHostedService
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How the run ended.</summary>
    internal RunStatus Outcome { get; private set; } = RunStatus.Running;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { Name = "experiment" }.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _ended.Task;

    private void Run()
    {
        string? cause = null;
        RunContext? context = null;
        var seconds = resumed.Seconds;
        try
        {
            using var metrics = new MetricsLog(folder.MetricsFile, clock, resumed.Seconds);
            using var events = new RunEvents(folder, folder.Path, clock);
            metrics.Added += events.Add;
            try
            {
                context = new RunContext(experiment, folder, record, metrics, terminal, clock, log, request);
                using var run = new ExperimentRun(context, options.Value);
                Outcome = run.Execute(resumed.From, application.ApplicationStopping) ? RunStatus.Done : RunStatus.Stopped;
            }
            finally
            {
                seconds = metrics.Seconds;
                events.End(Outcome);
            }
        }
        catch (Exception error)
        {
            Outcome = RunStatus.Failed;
            cause = FailureCause.Of(error, context?.BatchSize);
            terminal.Live("");
            log.Error("{Cause:l}", cause);
        }

        End(seconds, cause);
        WriteReport();
        Closing.Write(terminal, folder, record, Outcome, seconds);
        _ended.SetResult();
        application.StopApplication();
    }

    /// <summary>Writes the run's page; a run is no worse for lacking it.</summary>
    private void WriteReport()
    {
        try
        {
            RunReport.Write(folder);
        }
        catch (Exception error)
        {
            log.Warning("report.html could not be written: {Cause:l}", error.Message);
        }
    }

    /// <summary>Tells the end in the record; where the disk is full, the room kept for it is used.</summary>
    private void End(double seconds, string? cause)
    {
        try
        {
            held.GiveRoom();
            record.End(Outcome, seconds, cause);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            terminal.Say($"warning: {folder.RecordFile} does not tell the run's end: {FailureCause.Of(error)}");
        }
    }
}
