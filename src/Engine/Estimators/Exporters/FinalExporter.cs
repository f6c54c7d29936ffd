using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Exporters;

/// <summary>Writes the model once, when training has ended.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.FinalExporter</c>.</remarks>
/// <example>FinalExporter: { name: final }</example>
[KerasName("FinalExporter")]
public sealed record FinalExporter : Exporter
{
    /// <summary>What its folder is called.</summary>
    public required string Name { get; init; }

    internal override string Folder => Name;

    /// <inheritdoc/>
    public override ExporterRun Start(string folder) => new Work(this, folder);

    private sealed class Work(FinalExporter definition, string folder) : ExporterRun(definition, folder, keep: null)
    {
        public override void AtEnd(Training training) => Export(training);
    }
}
