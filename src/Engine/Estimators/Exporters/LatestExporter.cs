using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Estimators.Exporters;

/// <summary>Writes the model after each evaluation.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.LatestExporter</c>.</remarks>
/// <example>LatestExporter: { name: latest, exports_to_keep: 2 }</example>
[KerasName("LatestExporter")]
public sealed record LatestExporter : Exporter
{
    /// <summary>What its folder is called.</summary>
    public required string Name { get; init; }

    /// <summary>How many exports stay; null is all.</summary>
    [AtLeast(1)]
    public int? ExportsToKeep { get; init; } = 5;

    internal override string Folder => Name;

    /// <inheritdoc/>
    public override ExporterRun Start(string folder) => new Work(this, folder);

    private sealed class Work(LatestExporter definition, string folder) : ExporterRun(definition, folder, definition.ExportsToKeep)
    {
        public override void AfterEvaluation(Training training, Logs logs) => Export(training);
    }
}
