using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Tests.Commands;

public class ListCommandTests
{
    [Theory]
    [InlineData("""{"format": 1, "status": "done", "best": {"loss": {"value": 0.25, "step": 3}}, "results": [{"do": "train", "step": 3}]}""", "done")]
    [InlineData("""{"format": 1, "status": "running", "process": {"id": 999999999, "started": 1, "host": "HOST"}}""", "crashed")]
    [InlineData("""{"format": 1, "status": "running", "process": {"id": 1, "started": 1, "host": "another machine"}}""", "running")]
    [InlineData("""{"status": """, "unknown")]
    [InlineData("""[1, 2]""", "unknown")]
    [InlineData(null, "unknown")]
    public void ARunIsListedWithWhatIsKnown(string? record, string status)
    {
        using var program = new ProgramUnderTest();
        var folder = Directory.CreateDirectory(Path.Combine(program.Runs, "toy", "20260102-030405")).FullName;
        if (record is not null)
        {
            File.WriteAllText(Path.Combine(folder, "run.json"), record.Replace("HOST", Environment.MachineName, StringComparison.Ordinal));
        }

        Assert.Equal(0, program.Invoke("list", "--runs", program.Runs, "--json"));

        var run = Assert.Single(JsonNode.Parse(program.Output)!.AsArray())!;
        Assert.Equal("toy/20260102-030405", (string?)run["run"]);
        Assert.Equal(status, (string?)run["status"]);
    }

    [Fact]
    public void NewerRunsComeFirst()
    {
        using var program = new ProgramUnderTest();
        foreach (var run in new[] { "a/20260101-000000", "b/20260301-000000", "a/20260201-000000" })
        {
            Directory.CreateDirectory(Path.Combine(program.Runs, run));
        }

        program.Invoke("list", "--runs", program.Runs, "--json");

        Assert.Equal(
            ["b/20260301-000000", "a/20260201-000000", "a/20260101-000000"],
            JsonNode.Parse(program.Output)!.AsArray().Select(run => (string?)run!["run"]));
    }

    [Fact]
    public void WithoutRunsItSaysSo()
    {
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("list", "--runs", program.Runs));

        Assert.Equal($"There are no runs in {program.Runs}.\n", program.Output);
    }
}
