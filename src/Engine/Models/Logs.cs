using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExperimentRunner.Engine.Models;

/// <summary>Figures by the names under which Keras logs them, in a fixed order.</summary>
public sealed partial class Logs : OrderedDictionary<string, double>
{
    /// <summary>No figures.</summary>
    public Logs()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>The same figures, to be changed apart.</summary>
    public Logs(Logs other)
        : base(other, StringComparer.Ordinal)
    {
    }

    /// <summary>The same figures with something before their names, as in <c>val_loss</c>.</summary>
    public Logs Under(string prefix)
    {
        var logs = new Logs();
        foreach (var (name, value) in this)
        {
            logs[prefix + name] = value;
        }

        return logs;
    }

    /// <summary>The figure of a name, <c>acc</c> and <c>accuracy</c> being one; null when there is none.</summary>
    public double? Find(string name) => NameIn(Keys, name) is { } found ? this[found] : null;

    /// <summary>The name among some that a name stands for, <c>acc</c> and <c>accuracy</c>, <c>val_p_acc</c> and <c>val_p_accuracy</c> being one; null when there is none.</summary>
    public static string? NameIn(IEnumerable<string> names, string name)
    {
        var all = names.ToList();
        return all.Contains(name) ? name : all.Find(one => Whole(one) == Whole(name));
    }

    /// <summary>Whether a name stands for one among some, or for a numbered value of one, as in <c>f1_score_2</c>.</summary>
    public static bool IsAmong(IEnumerable<string> names, string name)
    {
        var all = names.ToList();
        return NameIn(all, name) is not null || (Numbered().Match(name) is { Success: true } numbered && NameIn(all, name[..numbered.Index]) is not null);
    }

    /// <summary>The figures for a file; those that are not finite too, and none loses a bit.</summary>
    internal JsonObject ToJson() => new(this.Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key, figure.Value.ToString("R", CultureInfo.InvariantCulture))));

    /// <summary>The figures that <see cref="ToJson"/> wrote.</summary>
    internal static Logs FromJson(JsonObject json)
    {
        var logs = new Logs();
        foreach (var (name, value) in json)
        {
            logs[name] = double.Parse((string)value!, CultureInfo.InvariantCulture);
        }

        return logs;
    }

    [GeneratedRegex(@"_\d+$")]
    private static partial Regex Numbered();

    private static string Whole(string name) => Short().Replace(name, "$1accuracy");

    [GeneratedRegex("(^|_)acc$")]
    private static partial Regex Short();
}
