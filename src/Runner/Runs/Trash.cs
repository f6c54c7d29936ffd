using System.Globalization;
using ExperimentRunner.Runner.Commands;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Where removed runs lie, so that they can be had back: <c>runs/.trash/name/id</c>.</summary>
/// <param name="root">The folder of runs.</param>
internal sealed class Trash(string root)
{
    /// <summary>The folder.</summary>
    internal string Folder { get; } = Path.Combine(root, ".trash");

    /// <summary>What lies in it, newest first.</summary>
    internal IReadOnlyList<RunFolder> Runs => Directory.Exists(Folder) ? RunFolders.In(Folder) : [];

    /// <summary>Moves a run into the trash.</summary>
    /// <exception cref="WrongCommandException">It is no run of this folder, or it is at work.</exception>
    internal void Remove(RunFolder run)
    {
        if (!LiesIn(root, run))
        {
            throw new WrongCommandException($"{run.Path} does not lie in {root}, and only what does is removed.");
        }

        if (RunSummary.Read(run).Status == "running")
        {
            throw new WrongCommandException($"{run.Name}/{run.Id} is running. Stop it first (SIGTERM, or Ctrl-C where it runs).");
        }

        Move(run, Path.Combine(Folder, run.Name));
    }

    /// <summary>Moves a run back; the result is where it is now.</summary>
    internal RunFolder Restore(RunFolder run) => new(Move(run, Path.Combine(root, run.Name)));

    /// <summary>The removed run that is meant: <c>name</c> (the one removed of it that is newest), <c>name/id</c>, or the folder that it was.</summary>
    /// <exception cref="WrongCommandException">There is none.</exception>
    internal RunFolder Find(string reference) =>
        Runs.FirstOrDefault(run => $"{run.Name}/{run.Id}" == reference || Path.Combine(root, run.Name, run.Id) == Path.GetFullPath(reference)) ?? Runs.FirstOrDefault(run => run.Name == reference)
        ?? throw new WrongCommandException(Runs.Count == 0 ? "The trash is empty." : $"There is no run '{reference}' in the trash. It has {string.Join(", ", Runs.Take(5).Select(run => $"{run.Name}/{run.Id}"))}{(Runs.Count > 5 ? " …" : "")}.");

    /// <summary>Deletes all that lies in it; the result is how many runs that were.</summary>
    internal int Empty()
    {
        var count = Runs.Count;
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true); // links in it are deleted, what they lead to is not
        }

        return count;
    }

    /// <summary>Whether a run is <c>root/name/id</c>, and no link leads elsewhere on the way.</summary>
    private static bool LiesIn(string root, RunFolder run)
    {
        var parts = Path.GetRelativePath(root, run.Path).Split(Path.DirectorySeparatorChar);
        return parts.Length == 2 && parts[0] is not (".." or "." or ".trash") && new DirectoryInfo(Path.Combine(root, parts[0])).LinkTarget is null;
    }

    private static string Move(RunFolder run, string parent)
    {
        Directory.CreateDirectory(parent);
        var target = Path.Combine(parent, run.Id);
        for (var number = 2; Path.Exists(target); number++)
        {
            target = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{run.Id}-{number}"));
        }

        Directory.Move(run.Path, target);
        var left = Path.GetDirectoryName(run.Path)!;
        if (!Directory.EnumerateFileSystemEntries(left).Any())
        {
            Directory.Delete(left);
        }

        return target;
    }
}
