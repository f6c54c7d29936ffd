using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Commands;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// How people name a run: its folder, <c>name</c> (its newest), <c>name/id</c>, or <c>name@best:val_accuracy</c> (of all runs of the
/// name, the one whose figure is best).
/// </summary>
internal static partial class RunReference
{
    private static readonly string[] FilesOfRuns = ["run.json", "experiment.yaml", "resolved.yaml", "metrics.jsonl"];

    /// <summary>The run that is meant.</summary>
    /// <param name="reference">What was written.</param>
    /// <param name="root">The folder that runs are kept in.</param>
    /// <exception cref="WrongCommandException">There is none.</exception>
    internal static RunFolder Find(string reference, string root) => TryFind(reference, root)
        ?? throw new WrongCommandException($"There is no run '{reference}' in {root}.{NearestName.Hint(reference, Names(root))}");

    /// <summary>The run that is meant; null where there is none.</summary>
    /// <param name="reference">What was written.</param>
    /// <param name="root">The folder that runs are kept in.</param>
    /// <exception cref="WrongCommandException">It asks for a figure that no run of the name has.</exception>
    internal static RunFolder? TryFind(string reference, string root)
    {
        if (Best().Match(reference) is { Success: true } best)
        {
            return RunsOf(best.Groups["name"].Value, root) is { Count: > 0 } runs ? BestOf(runs, best.Groups["figure"].Value, reference) : null;
        }

        return reference.Length == 0 || reference.Contains('\0', StringComparison.Ordinal) ? null
            : AsRun(Path.GetFullPath(reference)) ?? AsRun(Path.GetFullPath(reference, root)) ?? RunsOf(reference, root).FirstOrDefault();
    }

    private static RunFolder? AsRun(string path) =>
        Array.Exists(FilesOfRuns, file => File.Exists(Path.Combine(path, file))) ? new RunFolder(Path.TrimEndingDirectorySeparator(path)) : null;

    /// <summary>The names that runs have.</summary>
    private static IEnumerable<string> Names(string root) =>
        Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)!) : [];

    /// <summary>The runs of a name, or in a folder that holds runs; newest first.</summary>
    private static List<RunFolder> RunsOf(string name, string root)
    {
        var folder = Directory.Exists(Path.Combine(root, name)) ? Path.Combine(root, name) : Path.GetFullPath(name);
        return !Directory.Exists(folder) ? []
            : [.. Directory.EnumerateDirectories(folder).Select(AsRun).OfType<RunFolder>().OrderByDescending(run => run.Id, StringComparer.Ordinal)];
    }

    private static RunFolder BestOf(IReadOnlyList<RunFolder> runs, string figure, string reference)
    {
        var values = runs.Select(run => (Run: run, Best: BestIn(run, figure))).Where(run => run.Best is not null).ToList();
        if (values.Count == 0)
        {
            var known = runs.SelectMany(run => RunFacts.Read(run.RecordFile).Best).Select(best => best.Name).Distinct().ToList();
            throw new WrongCommandException(
                $"No run has the figure '{figure}' of '{reference}'.{NearestName.Hint(figure, known)}{(known.Count == 0 ? "" : $" They have {string.Join(", ", known)}.")}");
        }

        return values[0].Best!.Value.HigherIsBetter ? values.MaxBy(run => run.Best!.Value.Value).Run : values.MinBy(run => run.Best!.Value.Value).Run;
    }

    /// <summary>The best value of a figure in a run, and which direction is better; null where the run has none.</summary>
    private static (double Value, bool HigherIsBetter)? BestIn(RunFolder run, string figure)
    {
        try
        {
            var best = JsonNode.Parse(File.ReadAllText(run.RecordFile))?["best"];
            foreach (var name in new[] { figure, OtherName(figure) })
            {
                if ((double?)best?[name]?["value"] is { } value)
                {
                    return (value, (string?)best[name]!["mode"] == RunRecord.HighMode);
                }
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary><c>acc</c> and <c>accuracy</c> are one name, with whatever stands before.</summary>
    private static string OtherName(string figure) => figure.EndsWith("accuracy", StringComparison.Ordinal) ? figure[..^"uracy".Length]
        : figure.EndsWith("acc", StringComparison.Ordinal) ? figure + "uracy" : figure;

    [GeneratedRegex("^(?<name>.+)@best:(?<figure>.+)$")]
    private static partial Regex Best();
}
