using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model's weights alone, and its optimizer, as Keras 3 keeps them.</summary>
[KerasName("weights")]
internal sealed record WeightsExporter : Exporter
{
    internal override string Description => "weights alone, in Keras 3's HDF5";

    internal override string Ending => ".weights.h5";

    internal override void Write(ExportSource source, string path) => source.Save(path);
}
