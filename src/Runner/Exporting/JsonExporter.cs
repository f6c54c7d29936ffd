using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model's architecture alone.</summary>
[KerasName("json")]
internal sealed record JsonExporter : Exporter
{
    internal override string Description => "the architecture alone";

    internal override string Ending => ".json";

    internal override void Write(ExportSource source, string path) => source.Save(path);
}
