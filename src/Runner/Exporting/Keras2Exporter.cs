using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model as Keras 2.15 writes it, whether or not Keras 3 understands that.</summary>
[KerasName("keras2")]
internal sealed record Keras2Exporter : Exporter
{
    internal override string Description => "a whole model in HDF5, for tf.keras 2";

    internal override string Ending => ".h5";

    internal override void Write(ExportSource source, string path) => source.Save(path, OfKeras2(source.Model));

    /// <summary>Whether this form says a model that an <c>.h5</c> for both would say for Keras 3 alone.</summary>
    internal static bool CanSay(TrainedModel model, string path) =>
        model.OpenedBy(path)?.StartsWith("Keras 3 opens", StringComparison.Ordinal) is true && OfKeras2(model).OpenedBy(path)?.StartsWith("tf.keras", StringComparison.Ordinal) is true;

    private static TrainedModel OfKeras2(TrainedModel model) => model with { Origin = new ModelOrigin(ModelFormat.Hdf5, 2, "2.15.0", "tensorflow") };
}
