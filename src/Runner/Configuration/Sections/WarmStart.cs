using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>Where an estimator's start weights come from, and which; or just where from.</summary>
/// <remarks>
/// Source: TensorFlow 2.15, <c>tf.estimator.WarmStartSettings</c>. There one expression is of trainable weights alone; here moving
/// averages come with them, because the weights beside them mean nothing without.
/// </remarks>
[WrittenShort("ckpt_to_initialize_from")]
[RefusedOption("var_name_to_vocab_info", "vocabularies are not part of the language")]
public sealed record WarmStart : IPlaced, IChecked
{
    /// <summary>A run, a checkpoint (<c>.safetensors</c>), or a file of a model.</summary>
    public required FilePath CkptToInitializeFrom { get; init; }

    /// <summary>Which weights start warm: those whose path (<c>dense/kernel</c>) begins as one of these regular expressions says; null is none.</summary>
    [OneOrMore]
    public IReadOnlyList<string>? VarsToWarmStart { get; init; } = [".*"];

    /// <summary>What a weight is called where it comes from, by its path here, where the names differ.</summary>
    public IReadOnlyDictionary<string, string> VarNameToPrevVarName { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => (VarsToWarmStart ?? [])
        .Where(pattern => Patterns.Of(pattern) is null)
        .Select(pattern => new OptionMistake("vars_to_warm_start", $"'{pattern}' is no regular expression.", "a regular expression such as 'dense.*'"));

    /// <summary>Whether a weight starts warm.</summary>
    internal bool Takes(string path) => VarsToWarmStart?.Any(pattern => Patterns.Of(pattern)!.Match(path) is { Success: true, Index: 0 }) is true;
}

/// <summary>Regular expressions of files. They cannot take long, however they are written.</summary>
internal static class Patterns
{
    /// <summary>The expression; null where it is none.</summary>
    internal static Regex? Of(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
