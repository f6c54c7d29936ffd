using System.Globalization;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// What a run needs to go on after a stop: <c>checkpoints/resume.ckpt-N.safetensors</c>, counted up, of which the newest two stay. They
/// are written beside the training.
/// </summary>
/// <param name="folder">The folder of checkpoints.</param>
/// <param name="writer">Writes them, after whatever else of the run it was given before; none is needed to read.</param>
internal sealed partial class RunCheckpoints(string folder, StateWriter? writer = null) : IDisposable
{
    private const int Kept = 2;
    private readonly StateWriter _writer = writer ?? new StateWriter();
    private readonly List<string> _useless = [];
    private long? _last;

    /// <summary>The checkpoints that are there, oldest first.</summary>
    internal IReadOnlyList<(long Number, string Path)> All => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder)
            .Select(path => (Name: FileName().Match(Path.GetFileName(path)), Path: path))
            .Where(file => file.Name.Success)
            .Select(file => (long.Parse(file.Name.Groups[1].ValueSpan, CultureInfo.InvariantCulture), file.Path))
            .OrderBy(file => file.Item1)];

    /// <summary>Reads the newest checkpoint that is whole; one that is not is told and passed over for the one before.</summary>
    /// <param name="isUsable">Whether what it speaks of is still there.</param>
    /// <param name="tell">Takes a sentence about each checkpoint that could not be used.</param>
    /// <returns>The state, which is the caller's; null when there is none.</returns>
    internal SavedState? ReadNewest(Func<SavedState, bool> isUsable, Action<string> tell)
    {
        var all = All;
        foreach (var (number, path) in all.Reverse())
        {
            var then = number == all[0].Number ? "There is none before it." : "The checkpoint before it is used.";
            try
            {
                var state = StateFile.Read(path);
                if (isUsable(state))
                {
                    return state;
                }

                state.Dispose();
                _useless.Add(path);
                tell($"{path} speaks of measurements that are not there. {then}");
            }
            catch (DataException damage)
            {
                _useless.Add(path);
                tell($"{damage.Message} {then}");
            }
        }

        return null;
    }

    /// <summary>Removes the checkpoints that could not be used, so that they do not stand in the place of good ones.</summary>
    internal void RemoveUseless() => _useless.ForEach(File.Delete);

    /// <summary>Begins to write a checkpoint; it is the newest once it is whole.</summary>
    /// <param name="state">The state; it is given away.</param>
    /// <param name="before">What must be on the disk before it counts.</param>
    /// <exception cref="IOException">The one before could not be written.</exception>
    internal void Write(SavedState state, Action before)
    {
        var number = (_last ?? (All is [.., var newest] ? newest.Number : 0)) + 1;
        _last = number;
        _writer.Write(state, whole =>
        {
            before();
            StateFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"resume.ckpt-{number}.safetensors")), whole);
            foreach (var (_, path) in All.SkipLast(Kept))
            {
                File.Delete(path);
            }
        });
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="IOException">Something could not be written.</exception>
    internal void Wait() => _writer.Wait();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    [GeneratedRegex(@"^resume\.ckpt-(\d+)\.safetensors$")]
    private static partial Regex FileName();
}
