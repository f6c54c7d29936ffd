using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A run on a tracking server of MLflow: its settings, measurements, tags, and how it ended.</summary>
[KerasName("mlflow")]
internal sealed record MlflowExporter : Exporter
{
    private const string Variable = "MLFLOW_TRACKING_URI";

    internal override string Description => $"a run on a server of MLflow, whose address is --output or {Variable}";

    internal override string Ending => "";

    internal override string PathFor(string name) => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address ? address
        : throw new WrongCommandException($"There is no server to send the run to. Say --output http://host:5000, or set {Variable}.");

    internal override void Write(ExportSource source, string path)
    {
        if (!Uri.TryCreate(path, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new WrongCommandException($"'{path}' is no address of a server. Expected one such as http://host:5000.");
        }

        var (run, facts) = (source.Run, RunFacts.Read(source.Run.RecordFile));
        var start = facts.Started ?? DateTimeOffset.UnixEpoch;
        using var server = new MlflowServer(address);
        var id = server.CreateRun(server.FindExperiment(run.Name), $"{run.Name}/{run.Id}", start, Tags(run, facts));
        server.LogParameters(id, FlatSettings.Read(run.ResolvedFile).All.Select(setting => KeyValuePair.Create(setting.Path, setting.Value)));
        server.LogMetrics(id, Measurement.ReadAll(run.MetricsFile).SelectMany(one => one.Values.Select(value => new MlflowMetric(one.CurveOf(value.Key), value.Value, start.AddSeconds(one.Time), one.Step))));
        server.End(id, facts.Status switch { "done" => "FINISHED", "stopped" => "KILLED", "running" => "RUNNING", _ => "FAILED" }, facts.Seconds is { } seconds ? start.AddSeconds(seconds) : null);
    }

    private static IEnumerable<KeyValuePair<string, string>> Tags(RunFolder run, RunFacts facts)
    {
        yield return new("mlflow.source.name", "ExperimentRunner");
        if (facts.Commit is { } commit)
        {
            yield return new("mlflow.source.git.commit", commit);
        }

        var notes = RunNotes.Read(run);
        if (notes.Text.Length > 0)
        {
            yield return new("mlflow.note.content", notes.Text);
        }

        foreach (var tag in notes.Tags)
        {
            yield return new($"tag.{tag}", "true");
        }
    }
}
