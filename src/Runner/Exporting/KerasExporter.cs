using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model as Keras 3 keeps it, with compile options and optimizer.</summary>
[KerasName("keras")]
internal sealed record KerasExporter : Exporter
{
    internal override string Description => "Keras 3's file of a model";

    internal override string Ending => ".keras";

    internal override void Write(ExportSource source, string path) => source.Save(path);
}
