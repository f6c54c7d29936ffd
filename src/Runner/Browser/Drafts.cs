using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Browser;

/// <summary>
/// Experiment files that are being edited in the browser: checked, and started. Each lies in a folder of its own in <c>.drafts</c> in the
/// folder of runs, and only while it is needed: what is written in one window is never what another starts.
/// </summary>
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
        using var draft = new Draft(watch.Root, name, text);
        ExperimentLoader.Load(draft.File, [], DataReading.Nothing, out var mistakes, draftOf: folder);
        return mistakes;
    }

    /// <summary>Starts a text as a run.</summary>
    /// <returns>What the process said where it could not begin; null once its run is there.</returns>
    internal async Task<string?> Start(string name, string text, string folder)
    {
        using var draft = new Draft(watch.Root, name, text);
        return await starter.Run(draft.File, folder).ConfigureAwait(false);
    }

    /// <summary>A name that is only a name: letters, digits, and what joins them.</summary>
    private static string FileNameOf(string name)
    {
        var safe = string.Concat(name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')).TrimStart('-');
        return safe.Length == 0 ? "experiment" : safe[..Math.Min(safe.Length, 60)];
    }

    /// <summary>A text as a file, for as long as someone reads it.</summary>
    private sealed class Draft : IDisposable
    {
        private readonly string _folder;

        internal Draft(string root, string name, string text)
        {
            _folder = Path.Combine(root, ".drafts", Guid.NewGuid().ToString("N"));
            File = Path.Combine(_folder, FileNameOf(name) + ".yaml");
            WholeFile.Write(File, file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        }

        internal string File { get; }

        public void Dispose()
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // a file that stays harms nobody
            }
        }
    }
}
