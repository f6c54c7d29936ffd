using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Runs;

public sealed class RunSetTests : IDisposable
{
    private const int Enough = 60;
    private readonly TempFolder _folder = new();

    public RunSetTests()
    {
        for (var i = 0; i < Enough; i++)
        {
            MadeUpRun.Make(_folder.Path, $"toy{i % 3}/20260102-0304{i:D2}", [0.9, 0.5 - (i / 1000.0)], seed: i);
        }
    }

    private string Index => _folder.Of(RunIndex.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheIndexTellsTheSameAsTheFolders()
    {
        var first = Known();
        Assert.True(File.Exists(Index));

        Assert.Equal(first, Known());
        Assert.Equal(first, RunFolders.In(_folder.Path).Select(run => Words(RunSummary.Read(run))));
        Assert.Equal(Enough, first.Count);
    }

    [Fact]
    public void AFileThatChangedIsReadAnew()
    {
        Known();
        var run = MadeUpRun.Make(_folder.Path, "toy0/20260102-030400", [0.9, 0.1, 0.05, 0.01], status: "failed");
        File.SetLastWriteTimeUtc(run.RecordFile, DateTime.UtcNow.AddSeconds(2));

        var known = Known().Single(words => words.StartsWith("toy0/20260102-030400 ", StringComparison.Ordinal));

        Assert.Contains("failed", known, StringComparison.Ordinal);
        Assert.Contains("loss 4", known, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is no database, only text that is longer than the header of one, so that it is looked at as one: is it?")]
    [InlineData("")]
    public void ABrokenIndexIsMadeAnew(string content)
    {
        var first = Known();
        File.WriteAllText(Index, content);

        Assert.Equal(first, Known());
        Assert.Equal(first, Known());
    }

    [Fact]
    public void AnIndexCutInHalfIsNoMatter()
    {
        var first = Known();
        var bytes = File.ReadAllBytes(Index);
        File.WriteAllBytes(Index, bytes[..(bytes.Length / 2)]);

        Assert.Equal(first, Known());
        Assert.Equal(first, Known());
    }

    [Fact]
    public void AFolderOfThatNameIsNoMatter()
    {
        Directory.CreateDirectory(Index);

        Assert.Equal(Enough, Known().Count);
    }

    [Fact]
    public void FoldersThatAreGoneAreForgotten()
    {
        Known();
        Directory.Delete(_folder.Of("toy0"), recursive: true);
        MadeUpRun.Make(_folder.Path, "toy9/20260102-040000", [0.5]);

        Assert.Equal((Enough * 2 / 3) + 1, Known().Count);
    }

    [Fact]
    public void ForeignAndBrokenFoldersAreListedWithWhatIsKnown()
    {
        Directory.CreateDirectory(_folder.Of("strange/thing"));
        File.WriteAllText(_folder.Of("a file"), "");
        MadeUpRun.Make(_folder.Path, "alone", [0.5]);
        File.CreateSymbolicLink(_folder.Of("toy1/dead"), "/no/such/place");
        Directory.CreateDirectory(_folder.Of("toy1/20260102-050000/run.json")); // a folder where a file should be
        File.WriteAllText(Path.Combine(MadeUpRun.Make(_folder.Path, "toy1/20260102-050001", []).Path, "run.json"), "{\"status\": 7, \"results\": 3, \"best\": [], \"seed\": \"x\", \"machine\": 1, \"data\": {\"a\": null}}");

        var known = Known();

        Assert.Equal(Enough + 4, known.Count);
        Assert.Contains(known, words => words.StartsWith("strange/thing unknown", StringComparison.Ordinal));
        Assert.Contains(known, words => words.StartsWith("toy1/20260102-050000 unknown", StringComparison.Ordinal));
        Assert.Contains(known, words => words.StartsWith("toy1/20260102-050001 unknown", StringComparison.Ordinal));
    }

    private List<string> Known()
    {
        using var set = RunSet.In(_folder.Path);
        RunSet.Prefetch(set.All, run => Words(run));
        return [.. set.All.Select(Words)];
    }

    private static string Words(RunSummary run) =>
        $"{run.Name} {run.Status} {run.Facts.Seed} {run.Step} {string.Join(' ', run.Series.Select(series => $"{series.Label} {series.Count} {series.Min}"))} {string.Join(' ', run.Settings.All.Select(setting => $"{setting.Path}={setting.Value}"))} {string.Join(' ', run.Layers)}";
}
