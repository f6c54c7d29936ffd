using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Exporters;

/// <summary>Writes the model after each evaluation that is better than all before it.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.BestExporter</c>; <c>monitor</c> and <c>mode</c> say what its <c>compare_fn</c> does in code.</remarks>
/// <example>BestExporter: { name: best, monitor: accuracy, exports_to_keep: 1 }</example>
[KerasName("BestExporter")]
[RefusedOption("compare_fn", "it holds Python code; say 'monitor', and perhaps 'mode'")]
[IgnoredOption("event_file_pattern")]
public sealed record BestExporter : Exporter
{
    /// <summary>What its folder is called.</summary>
    public string Name { get; init; } = "best_exporter";

    /// <summary>The figure of the evaluation that is compared.</summary>
    public string Monitor { get; init; } = "loss";

    /// <summary>Which direction of it is better.</summary>
    public MonitorMode Mode { get; init; }

    /// <summary>How many exports stay; null is all.</summary>
    [AtLeast(1)]
    public int? ExportsToKeep { get; init; } = 5;

    internal override string Folder => Name;

    /// <inheritdoc/>
    public override ExporterRun Start(string folder) => new Work(this, folder);

    private sealed class Work(BestExporter definition, string folder) : ExporterRun(definition, folder, definition.ExportsToKeep)
    {
        private double? _best;

        public override void AfterEvaluation(Training training, Logs logs)
        {
            if (logs.Find(definition.Monitor) is not { } value)
            {
                return;
            }

            var higher = definition.Mode == MonitorMode.Max || (definition.Mode == MonitorMode.Auto && training.HigherIsBetter(definition.Monitor) is true);
            if (_best is not { } best || (higher ? value > best : value < best))
            {
                _best = value;
                Export(training);
            }
        }

        public override void Save(SavedState state) => state.Put("best", _best);

        public override void Restore(SavedState state) => _best = state.Number("best");
    }
}
