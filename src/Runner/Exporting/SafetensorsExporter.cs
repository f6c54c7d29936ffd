using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model's weights as tensors by their paths.</summary>
[KerasName("safetensors")]
internal sealed record SafetensorsExporter : Exporter
{
    internal override string Description => "weights alone, by their paths";

    internal override string Ending => ".safetensors";

    internal override void Write(ExportSource source, string path)
    {
        var model = source.Model.Model;
        Safetensors.Write(path, [.. model.Weights.Select(weight => KeyValuePair.Create(weight.Path, weight.Value))], new Dictionary<string, string> { ["model"] = model.Name });
    }
}
