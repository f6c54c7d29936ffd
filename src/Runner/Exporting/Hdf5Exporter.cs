using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model in HDF5, with compile options and optimizer.</summary>
[KerasName("h5")]
internal sealed record Hdf5Exporter : Exporter
{
    internal override string Description => "a whole model in HDF5, for every Keras";

    internal override string Ending => ".h5";

    internal override void Write(ExportSource source, string path) => source.Model.Save(path);
}
