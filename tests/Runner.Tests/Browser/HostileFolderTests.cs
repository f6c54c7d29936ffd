using System.Diagnostics;
using ExperimentRunner.Runner.Runs;
using static Microsoft.Playwright.Assertions;

namespace ExperimentRunner.Runner.Tests.Browser;

/// <summary>Folders that mean harm, or are merely broken: nothing leaves the folder, nothing runs, nothing hangs.</summary>
[Collection("browser")]
public class HostileFolderTests(Chromium chromium)
{
    private static readonly string[] Names =
    [
        "<script>alert(1)<", "<img src=x onerror=alert(1)>", "\" onmouseover=\"alert(1)", "'><svg onload=alert(1)>", "javascript:alert(1)", "{{constructor}}", "${alert(1)}", "..", "a..b",
        "-rf", "--help", "$(touch x)", "`touch x`", "a;b", "a|b", "a&b", "%2e%2e", "%00", "\u202Egnp.exe", "\u200B", "ﷺ", "𝕏𝕏", "é", "a\nb", "a\tb", " ", "con", "a b", "#", "?", "+", "@best:loss", "名前", "0", "null", "NaN",
    ];

    private static readonly string[] Records =
    [
        "", "{", "[]", "null", "7", "\"text\"", "{\"status\": {\"a\": 1}}", "{\"status\": \"<b>\"}", "{\"seconds\": \"NaN\"}", "{\"best\": [1]}", "{\"results\": {\"a\": 1}}", "{\"started\": \"9999-99-99\"}",
        "{\"process\": {\"id\": -1, \"started\": 0, \"host\": \"x\"}, \"status\": \"running\"}", "{\"status\": \"done\", \"seed\": 1e400}",
    ];

    [Fact]
    public async Task NamesAndRecordsOfAnyKindAreShownAsTheyAre()
    {
        await using var server = new BrowserUnderTest();
        var number = 0;
        foreach (var name in Names.Where(name => name != ".."))
        {
            var run = new RunFolder(Directory.CreateDirectory(Path.Combine(server.Runs, name, $"20260102-{number++:D6}")).FullName);
            File.WriteAllText(run.RecordFile, Records[number % Records.Length]);
            new RunNotes([name], $"<script>alert({number})</script>").Write(run);
        }

        await server.Start();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;
        await Expect(page.Locator("[data-count]")).ToContainTextAsync($"{Names.Length - 1} of {Names.Length - 1} runs");
        await page.GetByLabel("Filter").FillAsync("onerror");
        await Expect(page.Locator("table.runs tbody a")).ToHaveCountAsync(1);
        await page.Locator("table.runs tbody a").First.ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("<img src=x onerror=alert(1)>/");
        await Expect(page.GetByLabel("Note", new() { Exact = true })).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("<script>"));
        await page.GoBackAsync();
        await page.GetByLabel("Filter").FillAsync("");
        for (var i = 0; i < 3; i++)
        {
            await page.Locator("table.runs input[type=checkbox]").Nth(i).CheckAsync();
        }

        await Expect(page.Locator("[data-count]")).ToContainTextAsync("3 selected");
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task AGigabyteOfMeasurementsAndOfLogDoesNotHang()
    {
        await using var server = new BrowserUnderTest();
        var run = server.AddRun("20260102-030405");
        foreach (var path in new[] { run.MetricsFile, run.LogFile })
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate);
            file.SetLength(1L << 30); // a hole: no bytes on the disk, zeros to read
        }

        await server.Start();
        var watch = Stopwatch.StartNew();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;
        await page.GetByText("toy/20260102-030405").ClickAsync();

        await Expect(page.Locator(".chart")).ToHaveCountAsync(2);
        await Expect(page.GetByText("Nothing was said.")).ToBeVisibleAsync();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task FoldersThatVanishOrCannotBeReadAreNoMishap()
    {
        await using var server = new BrowserUnderTest();
        var run = server.AddRun("20260102-030405");
        File.CreateSymbolicLink(Path.Combine(run.Path, "log.jsonl"), Path.Combine(run.Path, "log.jsonl")); // a link to itself
        Directory.CreateDirectory(Path.Combine(server.Runs, "toy", "20260102-030406", "run.json")); // a folder where a file is due
        Directory.CreateSymbolicLink(Path.Combine(server.Runs, "loop"), server.Runs);
        await server.Start();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;
        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "toy/20260102-030405", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("toy/20260102-030405");

        Directory.Delete(run.Path, recursive: true);

        await Expect(page.GetByText("There is no such run.")).ToBeVisibleAsync();
        Assert.Empty(opened.Problems);
    }
}
