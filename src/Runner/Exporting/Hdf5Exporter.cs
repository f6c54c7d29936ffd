using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model in HDF5, with compile options and optimizer.</summary>
[KerasName("h5")]
internal sealed record Hdf5Exporter : Exporter
{
    internal override string Description => "a whole model in HDF5, for Keras 2 and 3";

    internal override string Ending => ".h5";

    internal override void Write(ExportSource source, string path) =>
        source.Save(path, source.Model, Keras2Exporter.CanSay(source.Model, path) ? " For tf.keras say --format keras2." : "");
}
