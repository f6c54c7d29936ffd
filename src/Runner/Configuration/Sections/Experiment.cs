using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration.Models;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>One experiment: the whole of a file, as it was written.</summary>
public sealed record Experiment : IPlaced, IReadInPart
{
    /// <summary>The experiment's name; the file's by default.</summary>
    public string? Name { get; init; }

    /// <summary>Where weights, dropout and shuffling come from; drawn and recorded when absent.</summary>
    public long? Seed { get; init; }

    /// <summary>Values of the user's own, for <c>$vars.name</c>.</summary>
    public Node? Vars { get; init; }

    /// <summary>The data, by name.</summary>
    public IReadOnlyDictionary<string, DataSource> Data { get; init; } = new Dictionary<string, DataSource>();

    /// <summary>The layers and how they are joined.</summary>
    public ModelSection? Model { get; init; }

    /// <summary>What the model is trained for and how.</summary>
    public CompileOptions? Compile { get; init; }

    /// <summary>Where the estimator's examples come from, by name.</summary>
    public IReadOnlyDictionary<string, InputFunction> InputFns { get; init; } = new Dictionary<string, InputFunction>();

    /// <summary>Callbacks of every step that trains and has none of its own.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>How the model becomes an estimator.</summary>
    public EstimatorSection? Estimator { get; init; }

    /// <summary>What is done, in order.</summary>
    public IReadOnlyList<Step> Run { get; init; } = [];

    /// <summary>How the machine is used.</summary>
    public RuntimeSection Runtime { get; init; } = new();

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}
