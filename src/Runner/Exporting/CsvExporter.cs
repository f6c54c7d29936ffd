using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A run's measurements as a table: a row for each, a column for each figure.</summary>
[KerasName("csv")]
internal sealed record CsvExporter : Exporter
{
    private static readonly string[] First = ["time", "step", "epoch", "phase", "name", "fit"];

    internal override string Description => "a run's measurements as a table";

    internal override string Ending => ".csv";

    internal override void Write(ExportSource source, string path)
    {
        var measurements = source.Run.MetricsFile;
        var figures = Measurement.ReadAll(measurements).SelectMany(measurement => measurement.Values.Keys).Distinct().ToList();
        WholeFile.Write(path, file =>
        {
            using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" }; // RFC 4180
            text.WriteLine(string.Join(',', First.Concat(figures).Select(Cell)));
            foreach (var one in Measurement.ReadAll(measurements))
            {
                text.WriteLine(string.Join(',', new[] { Number(one.Time), Number(one.Step), Number(one.Epoch), Cell(one.Phase), Cell(one.Name ?? ""), Number(one.Fit) }
                    .Concat(figures.Select(figure => one.Values.TryGetValue(figure, out var value) ? Number(value) : ""))));
            }
        });
    }

    private static string Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
