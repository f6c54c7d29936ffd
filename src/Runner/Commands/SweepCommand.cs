using System.CommandLine;
using System.Globalization;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Reporting.Comparing;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Comparing;
using ExperimentRunner.Runner.Sweeping;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner sweep FILE --set key=a,b,c</c>: every combination, each a run; runs that differ only in the seed are summed up.</summary>
internal static class SweepCommand
{
    internal static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "The experiment file." };
        var set = ExperimentOptions.Set();
        set.Description = "What to try: key=a,b,c; several make every combination. Commas inside brackets and quotes do not separate.";
        var jobs = new Option<int?>("--jobs") { Description = "How many run at once, sharing the cores; 1 unless said.", HelpName = "N" };
        var launcher = new Option<string>("--launcher") { Description = "Where they run: on this machine, or as a job array of Slurm.", HelpName = "local|slurm", DefaultValueFactory = _ => "local" };
        launcher.AcceptOnlyFromAmong("local", "slurm");
        var dry = new Option<bool>("--dry-run") { Description = "Check every combination and list them; run nothing." };
        var runs = AskingOptions.Runs();
        var command = new Command("sweep", "Run every combination of several values.") { file, set, jobs, launcher, dry, runs };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var sets = parsed.GetRequiredValue(set);
            if (parsed.GetValue(jobs) is < 1)
            {
                throw new WrongCommandException($"--jobs is {parsed.GetValue(jobs)}, which is out of range: at least 1.");
            }

            var plan = SweepPlan.Of(sets) ?? throw new WrongCommandException($"These are more than {SweepPlan.MostRuns} runs.");
            if (!Check(terminal, path, plan))
            {
                return ExitCodes.Wrong;
            }

            if (parsed.GetValue(dry))
            {
                foreach (var overrides in plan)
                {
                    terminal.Print(Printable.Line(TitleOf(overrides, sets)));
                }

                terminal.Print($"{plan.Count} runs");
                return ExitCodes.Done;
            }

            var root = Path.GetFullPath(parsed.GetValue(runs) ?? RunsRoot.For(Path.GetDirectoryName(Path.GetFullPath(path))!));
            var sweep = new Sweep(path, root, sets, plan, $"sweep-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{Environment.ProcessId}");
            return parsed.GetValue(launcher) == "slurm" ? RunOnSlurm(terminal, sweep, parsed.GetValue(jobs)) : RunHere(terminal, sweep, parsed.GetValue(jobs) ?? 1);
        });
        return command;
    }

    /// <summary>Tells the mistakes of every combination before anything runs, each mistake once.</summary>
    private static bool Check(Terminal terminal, string path, IReadOnlyList<IReadOnlyList<string>> plan)
    {
        var (all, told, good) = (new Mistakes(), new HashSet<(string, int, int, string)>(), true);
        foreach (var overrides in plan)
        {
            var experiment = ExperimentLoader.Load(path, overrides, DataReading.Nothing, out var mistakes);
            good &= experiment is not null;
            all.Add(mistakes.Errors.Where(error => told.Add((error.At.Source.Content, error.At.Line, error.At.Column, error.Problem))));
        }

        MistakeReport.Write(terminal, all);
        return good;
    }

    private static int RunHere(Terminal terminal, Sweep sweep, int jobs)
    {
        var local = new LocalSweep(terminal, jobs);
        terminal.Say($"{sweep.Plan.Count} runs, {jobs} at once, tagged {sweep.Tag}");
        var failed = local.Run(sweep.Arguments, [.. sweep.Plan.Select(overrides => TitleOf(overrides, sweep.Sets))]);
        var done = RunFolders.In(sweep.Root).Select(RunSummary.Read).Where(run => run.Notes.Tags.Contains(sweep.Tag)).OrderBy(run => run.Folder.Id, StringComparer.Ordinal).ToList();
        if (done.Count > 1)
        {
            ComparisonWriter.Write(terminal, RunComparer.Compare(done, 0, group: true), asRows: true);
        }

        terminal.Print($"{sweep.Plan.Count - failed} of {sweep.Plan.Count} runs done: runner list --where 'tag = {sweep.Tag}'");
        return local.ExitCode != 0 ? local.ExitCode : failed == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static int RunOnSlurm(Terminal terminal, Sweep sweep, int? jobs)
    {
        var folder = Directory.CreateDirectory(Path.Combine(sweep.Root, ".sweeps", sweep.Tag)).FullName;
        var script = Path.Combine(folder, "sweep.sh");
        File.WriteAllText(script, SlurmSweep.ScriptFor(sweep.Tag, folder, sweep.Arguments, jobs));
        terminal.Print(Printable.Line(SlurmSweep.Submit(script)));
        terminal.Print(Printable.Line($"What the tasks say is in {folder}. When they are done: runner list --where 'tag = {sweep.Tag}'"));
        return ExitCodes.Done;
    }

    /// <summary>What is tried in a run: the overrides that are not the same in all.</summary>
    private static string TitleOf(IReadOnlyList<string> overrides, IReadOnlyList<string> sets) =>
        string.Join("  ", overrides.Where((_, i) => SweepPlan.Choices(sets[i]).Count > 1)) is { Length: > 0 } title ? title : string.Join("  ", overrides);

    /// <summary>What is to run.</summary>
    private sealed record Sweep(string File, string Root, IReadOnlyList<string> Sets, IReadOnlyList<IReadOnlyList<string>> Plan, string Tag)
    {
        /// <summary>The arguments of each run.</summary>
        internal IReadOnlyList<IReadOnlyList<string>> Arguments =>
            [.. Plan.Select(overrides => (IReadOnlyList<string>)["run", File, "--runs", Root, "--tag", Tag, .. overrides.SelectMany(one => new[] { "--set", one })])];
    }
}
