namespace ExperimentRunner.Engine.Definitions;

/// <summary>A mistake in a definition, told where it was made.</summary>
/// <param name="At">The place.</param>
/// <param name="Problem">What is wrong, in the file's own words: a sentence, perhaps with the nearest name.</param>
/// <param name="Expected">What would have been right, without the word "expected"; empty when the problem says it all.</param>
/// <param name="Path">The way to the place from the top, such as <c>model.layers[2].Dense</c>.</param>
public sealed record ConfigError(SourceSpan At, string Problem, string Expected = "", string Path = "")
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{At}: error: {Problem}" + (Expected.Length > 0 ? $" Expected {Expected}." : "");
}

/// <summary>A definition that could not be read.</summary>
/// <param name="errors">All its mistakes.</param>
public sealed class ConfigException(IReadOnlyList<ConfigError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All mistakes that were found.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
