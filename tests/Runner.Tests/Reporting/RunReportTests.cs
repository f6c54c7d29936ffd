using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ExperimentRunner.Runner.Reporting.Pages;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Reporting;

public partial class RunReportTests
{
    [Fact]
    public void ARunLeavesAPageOfItsOwn()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);

        var page = File.ReadAllText(Path.Combine(folder, "report.html"));

        Assert.Contains("""<span class="status done">done</span>""", page, StringComparison.Ordinal);
        Assert.Contains("<dt>Seed</dt><dd>3</dd>", page, StringComparison.Ordinal);
        Assert.Contains("[batch, 8] · 40", Spaces().Replace(System.Net.WebUtility.HtmlDecode(page), " "), StringComparison.Ordinal); // the first layer in the picture
        Assert.Contains("67 parameters", page, StringComparison.Ordinal);
        Assert.Contains("of 20 examples are right.", page, StringComparison.Ordinal);
        Assert.Contains("linear_of: x", page, StringComparison.Ordinal);
        var curves = DataOf(page)[0]!["curves"]!.AsArray();
        Assert.Equal(["train loss", "train accuracy", "evaluate loss", "evaluate accuracy"], curves.Select(curve => $"{curve!["phase"]} {curve["figure"]}"));
        Assert.Equal([10, 20, 25], curves[0]!["step"]!.AsArray().Select(step => (int)step!));
    }

    [Fact]
    public void ThePageNeedsNothingFromElsewhere()
    {
        using var program = new ProgramUnderTest();
        var page = File.ReadAllText(Path.Combine(SmallExperiment.Run(program), "report.html"));

        Assert.DoesNotMatch("""(src|href)\s*=\s*["']?(?!data:)""", Scripts().Replace(page, ""));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        var script = Scripts().Matches(page)[^1].Groups[1].Value;
        Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedRunHasAPageToo()
    {
        using var program = new ProgramUnderTest();
        Assert.Equal(1, program.Invoke("run", program.Write("toy.yaml", SmallExperiment.Text), "--runs", program.Runs, "--set", "compile.optimizer={SGD: {learning_rate: 1e30}}"));

        var page = File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "toy"))), "report.html"));

        Assert.Contains("not a number", page, StringComparison.Ordinal);
        Assert.Contains("""<span class="status failed">""", page, StringComparison.Ordinal);
    }

    [Fact]
    public void TenThousandPointsACurveStayUnderAMegabyteAndKeepTheirExtremes()
    {
        using var folder = new TempFolder();
        var run = new RunFolder(Directory.CreateDirectory(folder.Of("toy/1")).FullName);
        File.WriteAllLines(run.MetricsFile, Enumerable.Range(1, 10_000).SelectMany(step => new[]
        {
            string.Create(CultureInfo.InvariantCulture, $$"""{"time":{{step * 1.2345}},"step":{{step}},"epoch":{{step / 100}},"phase":"fit","values":{"loss":{{(step == 7777 ? 99.5 : Math.Sin(step))}},"accuracy":{{Math.Cos(step)}},"val_loss":{{Math.Sin(step * 2)}},"val_accuracy":0.123456789} }"""),
            string.Create(CultureInfo.InvariantCulture, $$"""{"time":{{step * 1.2345}},"step":{{step}},"phase":"train","values":{"loss":{{(step == 1234 ? "\"NaN\"" : "0.123456789")}},"accuracy":0.987654321,"mae":{{Math.Sqrt(step)}},"top_5":1} }"""),
        }));

        var page = RunReport.Of(run);

        Assert.InRange(Encoding.UTF8.GetByteCount(page), 100_000, 1_000_000);
        var curves = DataOf(page)[0]!["curves"]!.AsArray();
        Assert.Equal(8, curves.Count);
        Assert.All(curves, curve => Assert.Equal(10_000, (int)curve!["count"]!));
        Assert.Contains(99.5, curves[0]!["value"]!.AsArray().Select(value => (double)value!));
        Assert.Contains(curves[4]!["value"]!.AsArray(), value => value is null); // the one that is no number
        Assert.All(curves, curve => Assert.Equal((1, 10_000), ((int)curve!["step"]![0]!, (int)curve["step"]!.AsArray()[^1]!)));
    }

    [Fact]
    public void WhatAFolderSaysIsNeverMarkup()
    {
        using var folder = new TempFolder();
        var run = new RunFolder(Directory.CreateDirectory(folder.Of("<img src=x onerror=alert(1)>/1")).FullName);
        const string Bad = "</script><script>alert(1)</script>";
        File.WriteAllText(run.RecordFile, new JsonObject { ["status"] = Bad, ["error"] = Bad, ["seed"] = Bad, ["versions"] = new JsonObject { [Bad] = Bad }, ["results"] = new JsonArray(new JsonObject { ["do"] = Bad }) }.ToJsonString());
        File.WriteAllText(run.ExperimentFile, Bad);
        File.WriteAllText(run.MetricsFile, new JsonObject { ["step"] = 1, ["phase"] = Bad, ["values"] = new JsonObject { [Bad] = 1 } }.ToJsonString());

        var page = RunReport.Of(run);

        Assert.Equal(2, page.Split("<script").Length - 1); // the data and the program's own
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.json", "[1, 2]")]
    [InlineData("run.json", "{\"results\": 7, \"machine\": [], \"best\": {\"loss\": 3}, \"command\": \"x\"}")]
    [InlineData("resolved.yaml", "model: {layers: [Dense: {units: -1}]}")]
    [InlineData("classification.json", "{\"classes\": 3}")]
    [InlineData("metrics.jsonl", "nonsense")]
    public void ABrokenFolderHasAPageOfWhatIsKnown(string file, string content)
    {
        using var folder = new TempFolder();
        var run = new RunFolder(Directory.CreateDirectory(folder.Of("toy/1")).FullName);
        File.WriteAllText(run.InFolder(file), content);

        Assert.Contains("<h1>toy/1</h1>", RunReport.Of(run), StringComparison.Ordinal);
    }

    private static JsonArray DataOf(string page) => JsonNode.Parse(Scripts().Matches(page)[0].Groups[1].Value)!.AsArray();

    [GeneratedRegex("<script[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
