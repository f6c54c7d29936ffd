using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Browser;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Browser;

/// <summary>The server over a folder of runs made for a test.</summary>
internal sealed class BrowserUnderTest : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private BrowserHost? _host;

    /// <summary>A folder of runs that is there already, instead of one of its own.</summary>
    public string? Existing { get; init; }

    public string Runs => Existing ?? Directory.CreateDirectory(_folder.Of("runs")).FullName;

    public Uri Address => _host!.Address;

    public Uri Base => new(Address.GetLeftPart(UriPartial.Authority));

    public string Of(string name) => _folder.Of(name);

    public async Task<BrowserUnderTest> Start()
    {
        _host = await BrowserHost.Start(Runs, 0, TimeProvider.System);
        await _host.Watch.First;
        return this;
    }

    /// <summary>A run as it lies in its folder: a loss that falls, an accuracy that rises.</summary>
    public RunFolder AddRun(string id, string name = "toy", string status = "done", double rate = 0.01, int lines = 20, string? note = null)
    {
        var run = new RunFolder(Directory.CreateDirectory(Path.Combine(Runs, name, id)).FullName);
        File.WriteAllText(run.RecordFile, new JsonObject
        {
            ["format"] = 1,
            ["status"] = status,
            ["seed"] = 1,
            ["started"] = "2026-01-02T03:04:05.000Z",
            ["seconds"] = 12.5,
            ["process"] = RunProcess.Current().ToJson(),
            ["results"] = new JsonArray(new JsonObject { ["do"] = "fit", ["step"] = lines * 10, ["seconds"] = 12, ["values"] = new JsonObject { ["loss"] = 1.0 / lines } }),
        }.ToJsonString());
        File.WriteAllText(run.ResolvedFile, string.Create(CultureInfo.InvariantCulture, $"model:\n  layers:\n    - Dense: {{units: 3}}\ncompile:\n  optimizer: {{Adam: {{learning_rate: {rate}}}}}\n"));
        File.WriteAllText(run.ExperimentFile, "# as it was written\n" + File.ReadAllText(run.ResolvedFile));
        for (var i = 1; i <= lines; i++)
        {
            AddLine(run, i, rate);
        }

        if (note is not null)
        {
            new RunNotes([], note).Write(run);
        }

        return run;
    }

    /// <summary>One more measurement.</summary>
    public static void AddLine(RunFolder run, int number, double rate = 0.01)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $$"""{"time":{{number * 0.5}},"step":{{number * 10}},"epoch":{{number - 1}},"phase":"fit","values":{"loss":{{1.0 / number}},"accuracy":{{1 - (rate / number)}} } }""");
        File.AppendAllText(run.MetricsFile, line + "\n");
    }

    public async ValueTask DisposeAsync()
    {
        await (_host?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }
}
