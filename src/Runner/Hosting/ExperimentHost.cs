using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace ExperimentRunner.Runner.Hosting;

/// <summary>Runs an experiment as a hosted service: signals, logging and the run folder around it.</summary>
internal static class ExperimentHost
{
    /// <summary>Runs an experiment into a new run folder; the result is the exit code.</summary>
    /// <param name="experiment">The experiment, checked.</param>
    /// <param name="runs">The folder to keep runs in; null is the project's.</param>
    /// <param name="terminal">Where people read.</param>
    /// <param name="claimed">Is told the folder before anything runs.</param>
    internal static int Run(CheckedExperiment experiment, string? runs, Terminal terminal, Action<RunFolder>? claimed = null)
    {
        var clock = TimeProvider.System;
        var root = Path.GetFullPath(runs ?? RunsRoot.For(experiment.Folder));
        var folder = RunFolder.Claim(root, experiment.Name, clock.GetUtcNow());
        using var held = RunLock.Take(folder);
        claimed?.Invoke(folder);
        experiment.WriteTo(folder);
        return Host(experiment, folder, Begin(experiment, experiment.Origin, folder, clock), new ResumedRun(From: null), held, terminal, clock);
    }

    /// <summary>Goes on with a run in its folder; the result is the exit code.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="terminal">Where people read.</param>
    /// <exception cref="WrongCommandException">The run is at work, or cannot go on.</exception>
    internal static int Resume(RunFolder folder, Terminal terminal)
    {
        var clock = TimeProvider.System;
        using var held = RunLock.Take(folder);
        var record = ResumedRun.RecordOf(folder);
        if ((string?)record?["status"] == RunRecord.Word(RunStatus.Done))
        {
            terminal.Print($"{folder.Name}/{folder.Id} is done: there is nothing left to do.");
            return ExitCodes.Done;
        }

        if (!File.Exists(folder.ResolvedFile))
        {
            throw new WrongCommandException($"{folder.Name}/{folder.Id} was stopped before it began. Run its experiment anew.");
        }

        var experiment = ExperimentLoader.Load(folder.ResolvedFile, [], DataReading.Headers, out var mistakes);
        MistakeReport.Write(terminal, mistakes);
        if (experiment is null)
        {
            return ExitCodes.Wrong;
        }

        LoadTorch(experiment);
        using var resumed = ResumedRun.Read(folder, problem => terminal.Say($"warning: {problem}"));
        if (RunChange.Find(folder, experiment, resumed.Configuration, RunOrigin.From(record?["file"])) is [var first, .. var rest])
        {
            terminal.Say($"error: {first}");
            foreach (var line in rest)
            {
                terminal.Say(line);
            }

            terminal.Say("A run only goes on as what it was. Undo the change, or run it as a new one.");
            return ExitCodes.Wrong;
        }

        if (resumed.From is null)
        {
            terminal.Say("The run has no checkpoint: it begins anew in its folder.");
        }

        resumed.CutBack(folder);
        return Host(
            experiment, folder, record is null ? Begin(experiment, origin: null, folder, clock) : new RunRecord(folder.RecordFile, clock, record, resumed.Progress), resumed, held, terminal, clock);
    }

    /// <summary>A record begun anew; where the experiment was read from is not known when a run was killed before it had one.</summary>
    private static RunRecord Begin(CheckedExperiment experiment, RunOrigin? origin, RunFolder folder, TimeProvider clock) => new(
        folder.RecordFile, clock, experiment.Name, ["runner", .. Environment.GetCommandLineArgs()[1..]], experiment.Seed, experiment.Folder, origin);

    /// <summary>Loads libtorch as the program is asked to use it: a checkpoint is read before the run begins.</summary>
    private static void LoadTorch(CheckedExperiment experiment)
    {
        var options = new ConfigurationBuilder().AddEnvironmentVariables(ProgramOptions.Prefix).Build().Get<ProgramOptions>() ?? new ProgramOptions();
        TorchNative.EnsureLoaded(options.TorchFor(experiment.Definition));
    }

    private static int Host(
        CheckedExperiment experiment, RunFolder folder, RunRecord record, ResumedRun resumed, RunLock held, Terminal terminal, TimeProvider clock)
    {
        using var logger = new LoggerConfiguration()
            .MinimumLevel.Is(LogEventLevel.Information)
            .WriteTo.Sink(new TerminalSink(terminal))
            .WriteTo.File(new CompactJsonFormatter(), folder.LogFile)
            .CreateLogger();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddEnvironmentVariables(ProgramOptions.Prefix);
        builder.Services.AddOptions<ProgramOptions>().Bind(builder.Configuration)
            .Validate(options => options.Threads is null or > 0, $"{ProgramOptions.Prefix}THREADS is how many threads compute: a whole number of at least 1.")
            .ValidateOnStart();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<Serilog.ILogger>(logger);
        builder.Services.AddSingleton(terminal);
        builder.Services.AddSingleton(experiment);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(record);
        builder.Services.AddSingleton(resumed);
        builder.Services.AddSingleton(held);
        builder.Services.AddSingleton<CheckpointRequest>();
        builder.Services.AddSingleton<SignalLifetime>();
        builder.Services.AddSingleton<IHostLifetime>(services => services.GetRequiredService<SignalLifetime>());
        builder.Services.AddSingleton<ExperimentService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ExperimentService>());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan); // a stop waits for the checkpoint
        using var host = builder.Build();
        var (lifetime, service) = (host.Services.GetRequiredService<SignalLifetime>(), host.Services.GetRequiredService<ExperimentService>());
        host.Run();
        return service.Outcome switch
        {
            RunStatus.Done => ExitCodes.Done,
            RunStatus.Stopped => lifetime.ExitCode,
            _ => ExitCodes.Failed,
        };
    }
}
