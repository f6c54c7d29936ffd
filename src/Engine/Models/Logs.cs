namespace ExperimentRunner.Engine.Models;

/// <summary>Figures by the names under which Keras logs them, in a fixed order.</summary>
public sealed class Logs : OrderedDictionary<string, double>
{
    /// <summary>No figures.</summary>
    public Logs()
        : base(StringComparer.Ordinal)
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
}
