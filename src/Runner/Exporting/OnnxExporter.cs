using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A model as ONNX, which ONNX Runtime and many others compute.</summary>
[KerasName("onnx")]
internal sealed record OnnxExporter : Exporter
{
    internal override string Description => "layers and weights for ONNX Runtime and others";

    internal override string Ending => ".onnx";

    internal override void Write(ExportSource source, string path) => OnnxFile.Save(path, source.Model.Model, source.Model.About);
}
