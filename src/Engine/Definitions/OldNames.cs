namespace ExperimentRunner.Engine.Definitions;

/// <summary>
/// Marks an option that Keras 1 or 2 said in other words. Experiment files and Keras's own are read with them; what is written has
/// today's. One old word may stand for several options, where one was made into two.
/// </summary>
/// <param name="names">The old words.</param>
[AttributeUsage(AttributeTargets.Property)]
public abstract class OldWordsAttribute(IReadOnlyList<string> names) : Attribute
{
    /// <summary>The old words.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The option's value, by the old words; null where it was a mistake, which is then told.</summary>
    internal abstract Node? Read(Entry entry, MappingNode options, Reading reading);
}

/// <summary>The option's names in Keras 1 or 2; the value is the same: <c>nb_filter</c>.</summary>
/// <param name="names">The old names.</param>
public sealed class OldNameAttribute(params string[] names) : OldWordsAttribute(names)
{
    /// <inheritdoc/>
    internal override Node Read(Entry entry, MappingNode options, Reading reading) => entry.Value;
}

/// <summary>Options of Keras 1, one for each item of what is one list now: <c>nb_row</c> and <c>nb_col</c>.</summary>
/// <param name="parts">The names of the items, in order.</param>
public sealed class OldPartsAttribute(params string[] parts) : OldWordsAttribute(parts)
{
    /// <inheritdoc/>
    internal override Node? Read(Entry entry, MappingNode options, Reading reading)
    {
        var items = Names.Select(name => options[name]).OfType<Node>().ToList();
        if (items.Count == Names.Count)
        {
            return new ListNode(items, entry.Value.At);
        }

        reading.Fail(entry.Key, $"'{entry.Name}' stands alone.", $"{string.Join(" and ", Names)} together");
        return null;
    }
}

/// <summary>An initializer of Keras 1 that is yes or no now: <c>forget_bias_init</c>.</summary>
/// <param name="name">The old name.</param>
/// <param name="yes">The word for yes.</param>
/// <param name="no">The word for no. In Keras's own files every other word is one too, because there the weights are given.</param>
public sealed class OldFlagAttribute(string name, string yes, string no) : OldWordsAttribute([name])
{
    /// <summary>The word for yes.</summary>
    public string Yes { get; } = yes;

    /// <summary>The word for no.</summary>
    public string No { get; } = no;

    /// <inheritdoc/>
    internal override Node? Read(Entry entry, MappingNode options, Reading reading)
    {
        if (entry.Value is ScalarNode word && (word.Text == Yes || word.Text == No || reading.Dialect == Dialect.Keras))
        {
            return new ScalarNode(word.Text == Yes ? "true" : "false", quoted: false, word.At);
        }

        reading.In(entry.Name).Mismatch(entry.Value, $"{Yes} or {No}");
        return null;
    }
}

/// <summary>A kind of Keras 1 or 2 that is said by another kind now. What is read is that one.</summary>
internal interface IStandsFor
{
    /// <summary>What it is today.</summary>
    object Now { get; }
}
