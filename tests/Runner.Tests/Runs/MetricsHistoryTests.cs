using System.Diagnostics;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Runs;

public class MetricsHistoryTests
{
    [Fact]
    public void CurvesAreToldApartByPhaseAndName()
    {
        var history = Read("""
            {"time": 1, "step": 10, "epoch": 0, "phase": "fit", "values": {"loss": 0.5, "val_loss": 0.6}}
            {"time": 2, "step": 20, "epoch": 1, "phase": "fit", "values": {"loss": 0.4, "val_loss": "NaN"}}
            {"time": 3, "step": 20, "phase": "evaluate", "values": {"loss": 0.45}}
            {"time": 4, "step": 20, "phase": "evaluate", "name": "test", "values": {"loss": 0.46}}

            """);

        Assert.Equal(["loss", "val_loss", "evaluate/loss", "evaluate/test/loss"], history.Series.Select(series => series.Label));
        Assert.Equal([new CurvePoint(10, 0, 1, 0.5), new CurvePoint(20, 1, 2, 0.4)], history.Series[0].Points);
        Assert.Equal((0.6, 0.6, 10L), (SeriesSummary.Of(history.Series[1]).Min, SeriesSummary.Of(history.Series[1]).Max, SeriesSummary.Of(history.Series[1]).MaxStep));
        Assert.True(double.IsNaN(SeriesSummary.Of(history.Series[1]).Last));
        Assert.Equal((0, true), (history.BadLines, history.IsWhole));
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("{\"step\": 1, \"values\": {\"loss\": 1}}", 1, 0)]
    [InlineData("{\"step\": 1, \"values\": {\"loss\": 1}}\n{\"step\": 2, \"val", 1, 1)]
    [InlineData("{\"step\": \"x\", \"values\": {\"loss\": 1}}\n[1]\n7\nnull\n\u0000\n", 0, 5)]
    [InlineData("{\"step\": 1, \"values\": {\"loss\": \"high\", \"a\": [1, {\"b\": 2}], \"c\": 3}}", 1, 0)]
    [InlineData("{\"step\": 1, \"values\": 3}", 0, 0)]
    [InlineData("{\"step\": 1e999, \"values\": {\"loss\": 1}}", 0, 1)]
    public void BrokenLinesArePassedOver(string text, int curves, int bad)
    {
        var history = Read(text);

        Assert.Equal((curves, (long)bad), (history.Series.Count, history.BadLines));
    }

    [Theory]
    [InlineData("""{"time":1.5,"step":10,"epoch":0,"phase":"fit","values":{"loss":0.30102443695068359,"a":-1,"b":1e-7}}""")]
    [InlineData("""{"time":2,"step":20,"phase":"evaluate","name":"test","values":{"loss":"NaN","accuracy":1}}""")]
    [InlineData("""{"time":2,"step":20,"phase":"fit","fit":2,"values":{}}""")]
    [InlineData("""{"time":2,"step":20,"phase":"fit","values":{"größe":3,"a\\"b":1}}""")]
    [InlineData("""{"time":02,"step":20,"phase":"fit","values":{"loss":3}}""")]
    [InlineData("""{"time":2,"step":20,"phase":"fit","values":{"loss":1.}}""")]
    [InlineData("""{"time":2,"step":2.5,"phase":"fit","values":{"loss":1}}""")]
    [InlineData("""{"time":2,"step":20,"phase":"fit","values":{"loss":1}} x""")]
    [InlineData("""{"time":2,"step":20,"phase":"fit","values":{"loss":1,}}""")]
    [InlineData("""{"time":2,"step":20,"phase":"fit","values":{"loss":1}""")]
    public void ALineSaysTheSameWithSpacesInItAndWithout(string line)
    {
        var (dense, loose) = (Read(line), Read(line.Insert(1, " ")));

        Assert.Equal(loose.BadLines, dense.BadLines);
        Assert.Equal(loose.Series.Select(series => (series.Label, series.Phase)), dense.Series.Select(series => (series.Label, series.Phase)));
        Assert.Equal(loose.Series.SelectMany(series => series.Points), dense.Series.SelectMany(series => series.Points));
    }

    [Fact]
    public void ALineThatNeverEndsIsPassedOver()
    {
        var history = Read(new string('x', 5_000_000) + "\n{\"step\": 1, \"values\": {\"loss\": 1}}\n");

        Assert.Single(history.Series);
    }

    [Fact]
    public void AFileOfAGigabyteIsReadInPart()
    {
        using var folder = new TempFolder();
        var path = folder.Of("metrics.jsonl");
        using (var file = File.Create(path))
        {
            file.Write("{\"step\": 1, \"values\": {\"loss\": 3}}\n"u8);
            file.SetLength(1L << 30);
            file.Seek(0, SeekOrigin.End);
            file.Write("\n{\"step\": 9, \"values\": {\"loss\": 2}}\n"u8);
        }

        var start = Stopwatch.GetTimestamp();
        var history = MetricsHistory.Read(path);

        Assert.False(history.IsWhole);
        Assert.Equal([3, 2], Assert.Single(history.Series).Points.Select(point => point.Value));
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 20, "A file of zeros took too long.");
    }

    [Fact]
    public void AMissingFileHasNoCurves() => Assert.Empty(MetricsHistory.Read("/no/such/file").Series);

    private static MetricsHistory Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("metrics.jsonl"), text);
        return MetricsHistory.Read(folder.Of("metrics.jsonl"));
    }
}
