using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>All that is wrong or doubtful in an experiment file, in the order it was found.</summary>
public sealed class Mistakes
{
    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _warnings = [];

    /// <summary>What is wrong: nothing runs while there is any.</summary>
    public ICollection<ConfigError> Errors => _errors;

    /// <summary>What is probably not meant.</summary>
    public IReadOnlyCollection<ConfigError> Warnings => _warnings;

    /// <summary>The texts that were read, in the order in which their mistakes are told.</summary>
    public IReadOnlyList<SourceText> Sources { get; set; } = [];

    /// <summary>Notes several things that are wrong.</summary>
    public void Add(IEnumerable<ConfigError> errors) => _errors.AddRange(errors);

    /// <summary>Notes several things that are probably not meant.</summary>
    public void AddWarnings(IEnumerable<ConfigError> warnings) => _warnings.AddRange(warnings);

    /// <summary>Notes something that is probably not meant.</summary>
    public void Warn(SourceSpan at, string problem, string path) => _warnings.Add(new ConfigError(at, problem, "", path));
}
