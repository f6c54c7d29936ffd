namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>What an entry of a mapping gives.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Option">The option it gives; null where there is none of its name.</param>
/// <param name="Name">What the option is called in messages: an old name, where that was written.</param>
/// <param name="Value">The value; null where it was a mistake, which is told already.</param>
internal sealed record GivenOption(Entry Entry, Option? Option, string Name, Node? Value)
{
    /// <summary>What the entries of a mapping give, in their order: the one place where names of options are looked up, old ones among them.</summary>
    internal static List<GivenOption> Of(MappingNode mapping, OptionsForm form, Reading reading)
    {
        var all = new List<GivenOption>();
        var first = new Dictionary<Option, Entry>();
        foreach (var entry in mapping.Entries)
        {
            var options = form.Named(entry.Name);
            if (options.Count == 0)
            {
                all.Add(new GivenOption(entry, null, entry.Name, entry.Value));
            }

            foreach (var option in options)
            {
                if (first.TryAdd(option, entry))
                {
                    all.Add(Of(entry, option, mapping, reading));
                }
                else if (!(IsPart(first[option]) && IsPart(entry)) && reading.Dialect == Dialect.Experiment)
                {
                    reading.Fail(entry.Key, $"'{entry.Name}' and '{first[option].Name}' are the same option.", $"'{option.Name}' alone");
                    all.Add(new GivenOption(entry, option, entry.Name, null));
                }
                else if (entry.Name == option.Name)
                {
                    all.Add(Of(entry, option, mapping, reading)); // Keras's own files: today's name counts
                }

                bool IsPart(Entry one) => option.Old is OldPartsAttribute parts && parts.Names.Contains(one.Name);
            }
        }

        return all;
    }

    private static GivenOption Of(Entry entry, Option option, MappingNode mapping, Reading reading) =>
        entry.Name == option.Name || option.Aliases.Contains(entry.Name) ? new GivenOption(entry, option, option.Name, entry.Value)
        : new GivenOption(entry, option, option.Old is OldPartsAttribute ? option.Name : entry.Name, option.Old!.Read(entry, mapping, reading));
}
