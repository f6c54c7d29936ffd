using System.Diagnostics;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Browser;

/// <summary>Experiment files that are being edited in the browser: checked, and started. They lie in <c>.drafts</c> in the folder of runs.</summary>
/// <param name="watch">Knows the folder of runs.</param>
internal sealed class Drafts(RunWatch watch)
{
    private const int LastWords = 4000;

    /// <summary>Checks a text as an experiment file.</summary>
    /// <param name="name">What the file is called, without an ending.</param>
    /// <param name="text">The text.</param>
    internal Mistakes Check(string name, string text)
    {
        ExperimentLoader.Load(Keep(name, text), [], DataReading.Nothing, out var mistakes);
        return mistakes;
    }

    /// <summary>Starts a text as a run of its own process, which goes on when the browser's program ends.</summary>
    /// <returns>What the process said where it could not begin; null once its run is there.</returns>
    internal async Task<string?> Start(string name, string text)
    {
        var before = RunFolders.In(watch.Root).Select(run => run.Path).ToHashSet(StringComparer.Ordinal);
        var words = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var process = new Process { StartInfo = Command("run", Keep(name, text), "--runs", watch.Root) };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!RunFolders.In(watch.Root).Any(run => !before.Contains(run.Path)))
        {
            if (process.HasExited)
            {
                await process.WaitForExitAsync().ConfigureAwait(false);
                return string.Join('\n', words);
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

    /// <summary>This program, started again with other arguments.</summary>
    private static ProcessStartInfo Command(params string[] arguments)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "runner.dll");
        var start = File.Exists(assembly) ? new ProcessStartInfo("dotnet", ["exec", assembly, .. arguments]) : new ProcessStartInfo(Environment.ProcessPath!, arguments);
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (false, true, true, true);
        return start;
    }

    private string Keep(string name, string text)
    {
        var path = Path.Combine(watch.Root, ".drafts", FileNameOf(name) + ".yaml");
        WholeFile.Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        return path;
    }

    /// <summary>A name that is only a name: letters, digits, and what joins them.</summary>
    private static string FileNameOf(string name)
    {
        var safe = string.Concat(name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')).TrimStart('-');
        return safe.Length == 0 ? "experiment" : safe[..Math.Min(safe.Length, 60)];
    }
}
