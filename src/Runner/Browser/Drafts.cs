using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Browser;

/// <summary>Experiment files that are being edited in the browser: checked, and started. They lie in <c>.drafts</c> in the folder of runs.</summary>
/// <param name="watch">Knows the folder of runs.</param>
/// <param name="starter">Starts runs.</param>
internal sealed class Drafts(RunWatch watch, RunStarter starter)
{
    /// <summary>Checks a text as an experiment file.</summary>
    /// <param name="name">What the file is called, without an ending.</param>
    /// <param name="text">The text.</param>
    /// <param name="folder">Where its relative paths start.</param>
    internal Mistakes Check(string name, string text, string folder)
    {
        ExperimentLoader.Load(Keep(name, text), [], DataReading.Nothing, out var mistakes, draftOf: folder);
        return mistakes;
    }

    /// <summary>Starts a text as a run.</summary>
    /// <returns>What the process said where it could not begin; null once its run is there.</returns>
    internal Task<string?> Start(string name, string text, string folder) => starter.Run(Keep(name, text), folder);

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
