using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Which checkpoints stay beside the newest: the best so far, and those after so many passes over the data.</summary>
/// <param name="options">How many.</param>
internal sealed class KeptCheckpoints(KeepOptions options) : IResumable
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _forGood = new(StringComparer.Ordinal);
    private long _passes;

    /// <summary>Whether the figures of epochs are looked at.</summary>
    internal bool LooksAtFigures => options.Best > 0;

    /// <summary>The names of the files that stay.</summary>
    internal IEnumerable<string> Names => _values.Keys.Concat(_forGood);

    /// <summary>Whether a checkpoint is due because so many passes were made.</summary>
    internal bool IsDue(long passes) => options.EveryEpochs is { } every && passes / every > _passes / every;

    /// <summary>Keeps a checkpoint for good, made after so many passes.</summary>
    internal void KeepForGood(string name, long passes)
    {
        _forGood.Add(name);
        _passes = passes;
    }

    /// <summary>Whether the figures of an epoch make its checkpoint one of the best; if so, the file it is in is to be told by <see cref="KeepAsBest"/>.</summary>
    internal double? ValueToKeep(Training training, Logs logs)
    {
        if (options.Best == 0 || logs.Find(options.Monitor) is not { } value || double.IsNaN(value))
        {
            return null;
        }

        return _values.Count < options.Best || InOrder(training).Select(pair => pair.Value).Last() is var worst && (HigherIsBetter(training) ? value > worst : value < worst) ? value : null;
    }

    /// <summary>Keeps a checkpoint as one of the best; the worst of them goes.</summary>
    internal void KeepAsBest(string name, double value, Training training)
    {
        _values[name] = value;
        foreach (var (worse, _) in InOrder(training).Skip(options.Best).ToList())
        {
            _values.Remove(worse);
        }
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("passes", _passes);
        state.Put("best", new JsonObject(_values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value.ToString("R", CultureInfo.InvariantCulture)))));
        state.Put("kept", new JsonArray([.. _forGood.Select(name => JsonValue.Create(name))]));
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        _passes = state.Need<long>("passes");
        foreach (var (name, value) in state.Value("best")!.AsObject())
        {
            _values[name] = double.Parse((string)value!, CultureInfo.InvariantCulture);
        }

        _forGood.UnionWith(state.Value("kept")!.AsArray().Select(name => (string)name!));
    }

    private IEnumerable<KeyValuePair<string, double>> InOrder(Training training) =>
        HigherIsBetter(training) ? _values.OrderByDescending(pair => pair.Value) : _values.OrderBy(pair => pair.Value);

    private bool HigherIsBetter(Training training) => options.Mode == MonitorMode.Max || (options.Mode == MonitorMode.Auto && training.HigherIsBetter(options.Monitor) is true);
}
