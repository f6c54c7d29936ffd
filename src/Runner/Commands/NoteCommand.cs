using System.CommandLine;
using System.Text.RegularExpressions;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner tag RUN TAG…</c> and <c>runner note RUN TEXT</c>: what people write to a run.</summary>
internal static partial class NoteCommand
{
    private const int MostTags = 50;

    internal static Command MakeTag(Terminal terminal)
    {
        var reference = Reference();
        var tags = new Argument<string[]>("TAG") { Description = "Words without spaces; none tells the run's tags.", Arity = ArgumentArity.ZeroOrMore };
        var remove = new Option<bool>("--remove") { Description = "Take these tags away; all of them where none is said." };
        var runs = AskingOptions.Runs();
        var command = new Command("tag", "Tag a run, to find it by: runner list --where 'tag = good'.") { reference, tags, remove, runs };
        command.SetAction(parsed =>
        {
            var run = RunReference.Find(parsed.GetRequiredValue(reference), ExperimentOptions.RootOf(parsed.GetValue(runs)));
            var (notes, said) = (RunNotes.Read(run), parsed.GetValue(tags) ?? []);
            foreach (var tag in said.Where(tag => !Tag().IsMatch(tag)))
            {
                throw new WrongCommandException($"'{Printable.Line(tag, 60)}' cannot be a tag: up to 50 letters, digits, '-', '_', '.', ':' and '/'.");
            }

            if (said.Length > 0 || parsed.GetValue(remove))
            {
                notes = notes with { Tags = parsed.GetValue(remove) ? said.Length == 0 ? [] : [.. notes.Tags.Except(said)] : [.. notes.Tags.Union(said).Take(MostTags)] };
                notes.Write(run);
            }

            terminal.Print(Printable.Line($"{run.Name}/{run.Id}: {(notes.Tags.Count == 0 ? "no tags" : string.Join(" ", notes.Tags))}"));
            return ExitCodes.Done;
        });
        return command;
    }

    internal static Command MakeNote(Terminal terminal)
    {
        var reference = Reference();
        var text = new Argument<string?>("TEXT") { Description = "The note, in place of the one there is; '' takes it away; nothing tells it.", Arity = ArgumentArity.ZeroOrOne };
        var append = new Option<bool>("--append") { Description = "Add a line to the note there is." };
        var runs = AskingOptions.Runs();
        var command = new Command("note", "Write a note to a run, or read it.") { reference, text, append, runs };
        command.SetAction(parsed =>
        {
            var run = RunReference.Find(parsed.GetRequiredValue(reference), ExperimentOptions.RootOf(parsed.GetValue(runs)));
            var notes = RunNotes.Read(run);
            if (parsed.GetValue(text) is { } said)
            {
                var whole = parsed.GetValue(append) && notes.Text.Length > 0 ? $"{notes.Text}\n{said}" : said;
                if (whole.Length > RunNotes.LongestNote)
                {
                    throw new WrongCommandException($"The note has {whole.Length} characters; {RunNotes.LongestNote} are the most.");
                }

                notes = notes with { Text = whole };
                notes.Write(run);
            }

            foreach (var line in notes.Text.Length == 0 ? ["no note"] : Printable.Lines(notes.Text))
            {
                terminal.Print(line);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> Reference() => new("RUN") { Description = "A run: a folder, name (its newest), name/id, name@best:val_accuracy." };

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}._:/-]{0,49}$")]
    private static partial Regex Tag();
}
