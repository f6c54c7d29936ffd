using System.Collections.Concurrent;
using System.Diagnostics;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Sweeping;

namespace ExperimentRunner.Runner.Browser;

/// <summary>Starts runs, and goes on with them, in processes of their own, which outlive the browser's program.</summary>
/// <param name="watch">Knows the folder of runs.</param>
internal sealed class RunStarter(RunWatch watch)
{
    private const int LastWords = 4000;
    private static readonly string[] OwnGroup = Array.Find(["/usr/bin/setsid", "/bin/setsid"], File.Exists) is { } program ? [program] : [];

    /// <summary>Starts an experiment file as a run.</summary>
    /// <param name="file">The file, a draft.</param>
    /// <param name="draftOf">Where its relative paths start.</param>
    /// <returns>What the process said where it could not begin; null once its run is there.</returns>
    internal Task<string?> Run(string file, string draftOf)
    {
        var before = RunFolders.In(watch.Root).Select(run => run.Path).ToHashSet(StringComparer.Ordinal);
        return Start(["run", file, "--runs", watch.Root, "--draft-of", draftOf], () => RunFolders.In(watch.Root).Where(run => !before.Contains(run.Path)));
    }

    /// <summary>Goes on with a run that was stopped, failed or crashed.</summary>
    /// <returns>What the process said where it could not go on; null once it is at work.</returns>
    internal Task<string?> Resume(RunFolder run) => Start(["resume", run.Path], () => [run]);

    /// <summary>Starts a process and waits until one of some runs is done by it.</summary>
    private async Task<string?> Start(string[] arguments, Func<IEnumerable<RunFolder>> runs)
    {
        var words = new ConcurrentQueue<string>();
        using var process = new Process { StartInfo = Command(arguments) };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!runs().Any(run => RunFacts.Read(run.RecordFile).Process?.Id == process.Id))
        {
            if (process.HasExited)
            {
                await process.WaitForExitAsync().ConfigureAwait(false);
                watch.Look();
                return process.ExitCode == 0 ? null : string.Join('\n', words);
            }

            await Task.Delay(100).ConfigureAwait(false);
        }

        watch.Look();
        return null;

        void Hear(string? line)
        {
            if (line is not null && words.Sum(word => word.Length) < LastWords)
            {
                words.Enqueue(line);
            }
        }
    }

    /// <summary>This program once more; a Ctrl-C that ends this one is not meant for it.</summary>
    private static ProcessStartInfo Command(string[] arguments)
    {
        string[] words = [.. OwnGroup, .. ProgramCommand.Words, .. arguments];
        return new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
    }
}
