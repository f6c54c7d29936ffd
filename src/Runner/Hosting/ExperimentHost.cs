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
        claimed?.Invoke(folder);
        experiment.WriteTo(folder);
        var record = new RunRecord(folder.RecordFile, clock, experiment.Name, ["runner", .. Environment.GetCommandLineArgs()[1..]], experiment.Seed, experiment.Folder);
        using var logger = new LoggerConfiguration()
            .MinimumLevel.Is(LogEventLevel.Information)
            .WriteTo.Sink(new TerminalSink(terminal))
            .WriteTo.File(new CompactJsonFormatter(), folder.LogFile)
            .CreateLogger();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
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
