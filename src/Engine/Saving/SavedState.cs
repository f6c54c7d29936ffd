using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Inputs;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>
/// What a training must find again to go on as if it had never stopped: tensors and plain values by name. A part of a training takes a
/// corner of it with <see cref="At"/>, so that two parts never meet.
/// </summary>
/// <remarks>Tensors are cloned when they are put in, so that a file may be written while training goes on.</remarks>
public sealed class SavedState : IDisposable
{
    private readonly string _prefix;
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly Dictionary<string, JsonNode?> _values;

    /// <summary>Nothing yet.</summary>
    public SavedState()
        : this("", new(StringComparer.Ordinal), new(StringComparer.Ordinal))
    {
    }

    private SavedState(string prefix, Dictionary<string, Tensor> tensors, Dictionary<string, JsonNode?> values) =>
        (_prefix, _tensors, _values) = (prefix, tensors, values);

    /// <summary>All tensors, by their whole names.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>All plain values, by their whole names.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Values => _values;

    /// <summary>The corner of a part: names in it begin with the part's.</summary>
    public SavedState At(string name) => new($"{_prefix}{name}/", _tensors, _values);

    /// <summary>Keeps a copy of a tensor.</summary>
    public void Put(string name, Tensor value) => _tensors.Add(_prefix + name, value.detach().clone().DetachFromDisposeScope());

    /// <summary>Keeps a value: a number, a text, a truth, or a list or mapping of them.</summary>
    public void Put(string name, JsonNode? value) => _values.Add(_prefix + name, value?.DeepClone());

    /// <summary>Keeps a whole number.</summary>
    public void Put(string name, long value) => Put(name, (JsonNode?)JsonValue.Create(value));

    /// <summary>Keeps a truth.</summary>
    public void Put(string name, bool value) => Put(name, (JsonNode?)JsonValue.Create(value));

    /// <summary>Keeps a number, to the bit; null, or one that is not finite, too.</summary>
    public void Put(string name, double? value) => Put(name, (JsonNode?)JsonValue.Create(value?.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>A number that may be null, as <see cref="Put(string, double?)"/> kept it.</summary>
    public double? Number(string name) => Value(name) is { } text ? double.Parse((string)text!, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a value or tensor of a name is there.</summary>
    public bool Has(string name) => _tensors.ContainsKey(_prefix + name) || _values.ContainsKey(_prefix + name);

    /// <summary>A tensor that was put in; it stays this state's.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    public Tensor NeedTensor(string name) => _tensors.TryGetValue(_prefix + name, out var tensor) ? tensor : throw Missing(name);

    /// <summary>A value that was put in.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    public JsonNode? Value(string name) => _values.TryGetValue(_prefix + name, out var value) ? value : throw Missing(name);

    /// <summary>A value that was put in, as a type of .NET.</summary>
    /// <exception cref="DataException">There is none of that name, or it is something else.</exception>
    public T Need<T>(string name)
    {
        try
        {
            return Value(name) is { } value ? value.GetValue<T>() : throw Missing(name);
        }
        catch (InvalidOperationException)
        {
            throw new DataException($"The saved state's '{_prefix}{name}' is of another kind.");
        }
    }

    /// <summary>Keeps a tensor and a value as they are read from a file.</summary>
    internal static SavedState Of(IReadOnlyDictionary<string, Tensor> tensors, IEnumerable<KeyValuePair<string, JsonNode?>> values) => new(
        "",
        tensors.ToDictionary(pair => pair.Key, pair => pair.Value.DetachFromDisposeScope(), StringComparer.Ordinal),
        new(values, StringComparer.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private DataException Missing(string name) => new($"The saved state has no '{_prefix}{name}'.");
}

/// <summary>A part of a training that must go on after a stop exactly where it was.</summary>
public interface IResumable
{
    /// <summary>Writes down all that the future depends on.</summary>
    void Save(SavedState state);

    /// <summary>Takes up what was written down. After it, the future is that of the one who saved.</summary>
    void Restore(SavedState state);
}
