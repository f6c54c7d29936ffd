using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A run's measurements in a folder of their own, for <c>tensorboard --logdir</c>.</summary>
[KerasName("tensorboard")]
internal sealed record TensorBoardExporter : Exporter
{
    internal override string Description => "a folder of a run's measurements for TensorBoard";

    internal override string Ending => "";

    internal override string PathFor(string name) => $"{name}-tensorboard";

    internal override void Write(ExportSource source, string path)
    {
        using var events = new RunEvents(source.Run, Path.GetFullPath(path), TimeProvider.System);
        events.End(RunFacts.Read(source.Run.RecordFile).Status == "done" ? RunStatus.Done : RunStatus.Failed);
    }
}
