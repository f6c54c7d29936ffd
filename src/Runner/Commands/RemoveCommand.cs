using System.CommandLine;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner rm RUN…</c>: moves runs into the trash. <c>runner restore RUN…</c> gets them back.</summary>
internal static class RemoveCommand
{
    internal static Command Make(Terminal terminal)
    {
        var references = new Argument<string[]>("RUN") { Description = "Runs: a folder, name (its newest), name/id, name@best:val_accuracy.", Arity = ArgumentArity.ZeroOrMore };
        var empty = new Option<bool>("--empty-trash") { Description = "Delete for good all that lies in the trash." };
        var runs = AskingOptions.Runs();
        var command = new Command("rm", "Move runs into the trash, from where 'runner restore' gets them back.") { references, empty, runs };
        command.SetAction(parsed =>
        {
            var root = ExperimentOptions.RootOf(parsed.GetValue(runs));
            var (trash, said) = (new Trash(root), parsed.GetValue(references) ?? []);
            if (said.Length == 0 && !parsed.GetValue(empty))
            {
                throw new WrongCommandException("Say which runs to remove.");
            }

            foreach (var run in said.Select(reference => RunReference.Find(reference, root)).DistinctBy(run => run.Path).ToList())
            {
                trash.Remove(run);
                terminal.Print(Printable.Line($"{run.Name}/{run.Id} is in the trash"));
            }

            if (parsed.GetValue(empty))
            {
                terminal.Print($"{trash.Empty()} runs deleted for good");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    internal static Command MakeRestore(Terminal terminal)
    {
        var references = new Argument<string[]>("RUN") { Description = "Removed runs: name or name/id; none tells which there are.", Arity = ArgumentArity.ZeroOrMore };
        var runs = AskingOptions.Runs();
        var command = new Command("restore", "Get runs back from the trash, or tell what lies there.") { references, runs };
        command.SetAction(parsed =>
        {
            var trash = new Trash(ExperimentOptions.RootOf(parsed.GetValue(runs)));
            var said = parsed.GetValue(references) ?? [];
            if (said.Length == 0)
            {
                foreach (var run in trash.Runs)
                {
                    terminal.Print(Printable.Line($"{run.Name}/{run.Id}"));
                }

                if (trash.Runs.Count == 0)
                {
                    terminal.Print("The trash is empty.");
                }
            }

            foreach (var reference in said)
            {
                var back = trash.Restore(trash.Find(reference));
                terminal.Print(Printable.Line($"{back.Name}/{back.Id} is back"));
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
