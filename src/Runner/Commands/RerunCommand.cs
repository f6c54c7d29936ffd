using System.CommandLine;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner rerun RUN</c>: runs a run again from its own folder into a new one, and says whether it came to the same.</summary>
internal static class RerunCommand
{
    internal static Command Make(Terminal terminal)
    {
        var reference = new Argument<string>("RUN") { Description = "A run: a folder, name (its newest), name/id, name@best:val_accuracy." };
        var verify = new Option<bool>("--verify") { Description = "Compare every line of figures and the weights; exit code 1 where they differ." };
        var runs = AskingOptions.Runs();
        var command = new Command("rerun", "Run a run again from its own folder.") { reference, verify, runs };
        command.SetAction(parsed =>
        {
            var root = ExperimentOptions.RootOf(parsed.GetValue(runs));
            var first = RunReference.Find(parsed.GetRequiredValue(reference), root);
            if (!File.Exists(first.ResolvedFile))
            {
                throw new WrongCommandException($"{first.Name}/{first.Id} has no resolved.yaml to run again.");
            }

            var experiment = ExperimentLoader.Load(first.ResolvedFile, [], DataReading.Headers, out var mistakes);
            MistakeReport.Write(terminal, mistakes);
            if (experiment is null)
            {
                return ExitCodes.Wrong;
            }

            RunFolder? again = null;
            var code = ExperimentHost.Run(experiment, root, terminal, folder => again = folder);
            return code == ExitCodes.Done && parsed.GetValue(verify) ? Verify(terminal, first, again!) : code;
        });
        return command;
    }

    private static int Verify(Terminal terminal, RunFolder first, RunFolder again)
    {
        var result = RunVerification.Of(first, again);
        terminal.Print(result.Parting is null ? $"All {result.Lines} lines of figures are the same." : $"{result.Lines} lines of figures are the same. {result.Parting}");
        terminal.Print(result.WeightsAreSame switch
        {
            true => "The weights are the same, bit for bit.",
            false => "The weights differ.",
            null => "The first run does not tell the digest of its weights, so they were not compared.",
        });
        if (!result.IsSame)
        {
            var (before, now) = (RunFacts.Read(first.RecordFile), RunFacts.Read(again.RecordFile));
            foreach (var what in now.Environment.Except(before.Environment).Select(pair => pair.Key).Concat(now.Data.Except(before.Data).Select(pair => pair.Key)))
            {
                terminal.Print(Printable.Line($"  other than then: {what}"));
            }
        }

        return result.IsSame ? ExitCodes.Done : ExitCodes.Failed;
    }
}
