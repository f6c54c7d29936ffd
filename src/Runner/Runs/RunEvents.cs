using System.Globalization;
using ExperimentRunner.Engine.Saving.TensorBoard;
using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// A run's measurements for TensorBoard. A file begins with all that <c>metrics.jsonl</c> holds already, so that after a resume the
/// one new file says everything once.
/// </summary>
internal sealed class RunEvents : IDisposable
{
    private const int LongestSetting = 200;
    private readonly EventFile _file;
    private readonly DateTimeOffset _start;

    /// <summary>Begins the file.</summary>
    /// <param name="run">The run, whose measurements so far are taken over.</param>
    /// <param name="folder">Where the file is made; older ones there are replaced.</param>
    /// <param name="clock">Tells the time.</param>
    internal RunEvents(RunFolder run, string folder, TimeProvider clock)
    {
        _start = RunFacts.Read(run.RecordFile).Started ?? clock.GetUtcNow();
        var older = Directory.Exists(folder) ? Directory.GetFiles(folder, "events.out.tfevents.*") : [];
        _file = new EventFile(folder, clock, purgeStep: older.Length > 0 ? 0 : null);
        foreach (var file in older)
        {
            File.Delete(file);
        }

        _file.BeginHyperParameters($"{run.Name}/{run.Id}", SettingsOf(run));
        foreach (var measurement in Measurement.ReadAll(run.MetricsFile))
        {
            AddUnseen(measurement);
        }

        _file.Flush();
    }

    /// <summary>The file.</summary>
    internal string Path => _file.Path;

    /// <summary>Adds a measurement, for readers to see at once.</summary>
    internal void Add(Measurement measurement)
    {
        AddUnseen(measurement);
        _file.Flush();
    }

    /// <summary>Says how the run ended.</summary>
    internal void End(RunStatus status) => _file.EndHyperParameters(status == RunStatus.Done);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The settings of a run, numbers as numbers and truths as truths; long texts are left out.</summary>
    private static IEnumerable<KeyValuePair<string, object>> SettingsOf(RunFolder run) =>
        FlatSettings.Read(run.ResolvedFile).All.Where(setting => setting.Value.Length <= LongestSetting).Select(setting => KeyValuePair.Create<string, object>(setting.Path, setting.Value switch
        {
            "true" or "false" => setting.Value == "true",
            _ when double.TryParse(setting.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => setting.Value,
        }));

    private void AddUnseen(Measurement measurement)
    {
        foreach (var (name, value) in measurement.Values)
        {
            _file.Scalar(measurement.CurveOf(name), value, measurement.Step, _start.AddSeconds(measurement.Time));
        }
    }
}
