using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Torture;

/// <summary>Does bad things to runs, resumes them, and compares what comes out with the run that nothing happened to.</summary>
internal sealed class Trial(RunnerProgram runner, string work, Random random)
{
    private const double AgainAfterResume = 0.25;
    private const int OneInSo = 8; // the longest experiment comes less often: a kill of it costs as much as ten of the others
    private readonly List<Reference> _references = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _number;

    /// <summary>How many runs did not come out as they should.</summary>
    public int Lost { get; private set; }

    /// <summary>Runs each experiment once, undisturbed.</summary>
    public void Prepare(IEnumerable<string> experiments)
    {
        foreach (var experiment in experiments)
        {
            var root = Path.Combine(work, "whole");
            var outcome = runner.Run(null, null, "run", experiment, "--runs", root);
            if (outcome.Code != 0)
            {
                throw new InvalidOperationException($"{experiment} does not run: {outcome.Said}");
            }

            var name = Path.GetFileNameWithoutExtension(experiment);
            var folder = Directory.GetDirectories(Path.Combine(root, name)).Single();
            _references.Add(new Reference(name, Path.GetFullPath(experiment), outcome.Time, Signature.Of(folder), SizeOf(folder)));
            Console.WriteLine($"{name}: {outcome.Time.TotalSeconds:F1} s, {_references[^1].Signature.Count} parts, {_references[^1].Size / 1024} KB");
        }
    }

    /// <summary>Kills runs at random moments; some are killed again while they are resumed.</summary>
    public void Kill(int count)
    {
        var (kills, runs, lost, before) = (0, 0, Lost, 0);
        for (; kills < count; runs++)
        {
            var reference = Choose(runs);
            var root = NewRoot();
            var killed = 0;
            while (killed == 0 || (random.NextDouble() < AgainAfterResume && kills < count))
            {
                if (Go(reference, root, reference.Time * (random.NextDouble() * 1.05)).Code is not null)
                {
                    if (killed > 0)
                    {
                        break; // it came to its end
                    }

                    Directory.Delete(root, recursive: true);
                    continue;
                }

                (killed, kills) = (killed + 1, kills + 1);
                before += FolderIn(root) is null ? 1 : 0;
            }

            Finish(reference, root, $"killed {killed} times");
        }

        Tell($"{kills} kills of {runs} runs ({before} of them before there was a run folder): {Lost - lost} lost");
    }

    /// <summary>Runs on disks that are too small, then makes room and resumes.</summary>
    public void FillDisk(int count)
    {
        var (full, lost) = (0, Lost);
        for (var i = 0; i < count; i++)
        {
            var reference = Choose(i);
            using var disk = SmallDisk.TryMount(NewRoot(), (long)(reference.Size * (0.2 + (0.75 * random.NextDouble()))));
            if (disk is null)
            {
                Console.WriteLine("small disks cannot be mounted here: not tried");
                return;
            }

            var outcome = Go(reference, disk.Path, null);
            if (outcome.Code != 0)
            {
                full++;
                if (Problem(disk.Path, outcome) is { } problem)
                {
                    Lose(reference, problem, outcome);
                }
            }

            disk.Enlarge();
            Finish(reference, disk.Path, "disk was full");
        }

        Tell($"{full} full disks in {count} runs: {Lost - lost} lost");
    }

    /// <summary>Kills runs, flips bits in their newest checkpoint, and resumes them.</summary>
    public void FlipBits(int count)
    {
        var (flipped, lost) = (0, Lost);
        for (var i = 0; flipped < count; i++)
        {
            var reference = Choose(i);
            var root = NewRoot();
            if (Go(reference, root, reference.Time * (0.3 * random.NextDouble()), () => FolderIn(root) is { } begun && Signature.NewestCheckpoint(begun) is not null).Code is null && FolderIn(root) is { } folder
                && StatusOf(folder) != "done" && Signature.NewestCheckpoint(folder) is { } checkpoint)
            {
                Flip(checkpoint);
                flipped++;
                var resumed = Finish(reference, root, "bits flipped");
                if (!resumed.Said.Contains("is damaged", StringComparison.Ordinal))
                {
                    Lose(reference, "the damage was not told", resumed);
                }
            }
        }

        Tell($"{flipped} checkpoints with flipped bits: {Lost - lost} lost");
    }

    /// <summary>What is wrong with a run that ended on a full disk; null when nothing is.</summary>
    private static string? Problem(string root, Outcome outcome)
    {
        if (outcome.Code != 1)
        {
            return $"exit code {outcome.Code}";
        }

        if (!outcome.Said.Contains("full", StringComparison.Ordinal) && !outcome.Said.Contains("No space left", StringComparison.Ordinal))
        {
            return "the full disk was not told";
        }

        if (FolderIn(root) is not { } folder)
        {
            return null;
        }

        if (Directory.EnumerateFiles(folder, "*.new", SearchOption.AllDirectories).FirstOrDefault() is { } half)
        {
            return $"{half} is half a file";
        }

        var metrics = Path.Combine(folder, "metrics.jsonl");
        if (File.Exists(metrics) && File.ReadAllText(metrics) is { Length: > 0 } text && !text.EndsWith('\n'))
        {
            return "metrics.jsonl ends in half a line";
        }

        return StatusOf(folder) is { } status and not "failed" ? $"run.json says {status}" : null;
    }

    private static string? StatusOf(string folder) => Path.Combine(folder, "run.json") is var record && File.Exists(record)
        ? (string?)JsonNode.Parse(File.ReadAllText(record))!["status"]
        : null;

    private static string? FolderIn(string root) => !Directory.Exists(root) ? null
        : Directory.EnumerateDirectories(root).SelectMany(Directory.EnumerateDirectories)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "resolved.yaml")));

    private static long SizeOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);

    /// <summary>Runs an experiment, or resumes it where it was begun.</summary>
    private Outcome Go(Reference reference, string root, TimeSpan? killAfter, Func<bool>? from = null) => FolderIn(root) is { } folder
        ? runner.Run(killAfter, from, "resume", folder)
        : runner.Run(killAfter, from, "run", reference.Experiment, "--runs", root);

    private Outcome Finish(Reference reference, string root, string what)
    {
        var outcome = Go(reference, root, null);
        var difference = outcome.Code != 0 ? $"exit code {outcome.Code}"
            : FolderIn(root) is not { } folder ? "there is no run"
            : Signature.Difference(reference.Signature, Signature.Of(folder));
        if (difference.Length > 0)
        {
            Lose(reference, $"{what}: {difference}", outcome);
        }
        else
        {
            Empty(root);
        }

        return outcome;
    }

    private void Lose(Reference reference, string problem, Outcome outcome)
    {
        Lost++;
        Console.WriteLine($"LOST {reference.Name}: {problem}\n  it said: {string.Join("\n  ", outcome.Said.Trim().Split('\n').TakeLast(15))}");
    }

    private void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); // the same bit twice is as good as certain not to be
        }

        File.WriteAllBytes(path, bytes);
    }

    private Reference Choose(int number)
    {
        var longest = _references.MaxBy(reference => reference.Time)!;
        var others = _references.Where(reference => reference != longest).ToList();
        return others.Count == 0 || number % OneInSo == OneInSo - 1 ? longest : others[number % others.Count];
    }

    private string NewRoot() => Directory.CreateDirectory(Path.Combine(work, $"{++_number}")).FullName;

    private static void Empty(string root)
    {
        foreach (var folder in Directory.GetDirectories(root))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Tell(string line) => Console.WriteLine($"{_watch.Elapsed.TotalSeconds,5:F0} s  {line}");

    private sealed record Reference(string Name, string Experiment, TimeSpan Time, SortedDictionary<string, string> Signature, long Size);
}
