namespace ExperimentRunner.Engine.Definitions;

/// <summary>Whose manners a definition follows.</summary>
public enum Dialect
{
    /// <summary>An experiment file: strict, a thing with options is a mapping of one key.</summary>
    Experiment,

    /// <summary>Keras's own JSON: <c>class_name</c> and <c>config</c>, null for a default.</summary>
    Keras,
}

/// <summary>The state of one reading: the mistakes so far, and the way to the node that is being read.</summary>
/// <param name="dialect">Whose manners the definition follows.</param>
/// <param name="errors">Where mistakes are collected.</param>
/// <param name="path">The way from the top, such as <c>model.layers[2].Dense</c>.</param>
public sealed class Reading(Dialect dialect, ICollection<ConfigError> errors, string path = "")
{
    private bool _orNull;

    /// <summary>Whose manners the definition follows.</summary>
    public Dialect Dialect { get; } = dialect;

    /// <summary>The way from the top.</summary>
    public string Path { get; } = path;

    /// <summary>The last step of the way: <c>units</c>, <c>Dense</c>.</summary>
    public string Last => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>The same reading, where null would do as well.</summary>
    public Reading OrNull() => new(Dialect, errors, Path) { _orNull = true };

    /// <summary>The reading of a named part.</summary>
    public Reading In(string name) => new(Dialect, errors, Path.Length == 0 ? name : $"{Path}.{name}");

    /// <summary>The reading of an item of a list.</summary>
    public Reading In(int index) => new(Dialect, errors, $"{Path}[{index}]");

    /// <summary>Notes a mistake and says false, so that a reader can return it. What is broken already is not told twice.</summary>
    public bool Fail(Node at, string problem, string expected = "") => at is not BrokenNode && Fail(at.At, problem, expected);

    /// <summary>Notes a mistake and says false, so that a reader can return it.</summary>
    public bool Fail(SourceSpan at, string problem, string expected = "")
    {
        errors.Add(new ConfigError(at, problem, expected, Path));
        return false;
    }

    /// <summary>Notes that a node is not of the kind expected here; what Python would have written gets its own words.</summary>
    public bool Mismatch(Node node, string expected) => Fail(
        node,
        $"{Last} is {node.Kind}{(node is ScalarNode { Quoted: false } scalar && PythonHabit.HintFor(scalar.Text) is { } hint ? $", which {hint}" : "")}.",
        expected + (_orNull ? ", or null" : ""));

    /// <summary>Reads a whole definition, or throws with every mistake in it.</summary>
    public static T Read<T>(Node node, Dialect dialect = Dialect.Experiment)
    {
        var errors = new List<ConfigError>();
        var read = Form.Of(typeof(T)).TryRead(node, new Reading(dialect, errors), out var value);
        return read && errors.Count == 0 ? (T)value! : throw new ConfigException(errors);
    }
}
