using System.Globalization;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExperimentRunner.Runner.Tests.Browser;

[Collection("browser")]
public class PageTests(Chromium chromium)
{
    [Fact]
    public async Task ARunIsStartedFromTheEditorAndSeenToMove()
    {
        await using var server = await new BrowserUnderTest().Start();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;
        await Expect(page.GetByText("There are no runs")).ToBeVisibleAsync();

        await page.GetByText("New run").ClickAsync();
        await page.GetByLabel("Name").FillAsync("moving");
        await page.GetByLabel("Experiment file").FillAsync(SmallExperiment.Text.Replace("steps: 25", "steps: 10000000", StringComparison.Ordinal).Replace("log_step_count_steps: 10", "log_step_count_steps: 100", StringComparison.Ordinal));
        await Expect(page.Locator(".verdict")).ToHaveTextAsync("no mistakes");
        await page.Locator("button.main").ClickAsync();

        var row = page.Locator("table.runs tbody tr:has(a)");
        await Expect(row).ToHaveCountAsync(1);
        await row.Locator("input[type=checkbox]").CheckAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('.board')?.board?.panels.get('loss')?.plot.data[0].length > 1");
        const string Points = "() => document.querySelector('.board').board.panels.get('loss').plot.data[0].at(-1)";
        var before = await page.EvaluateAsync<double>(Points);
        await page.WaitForFunctionAsync($"before => ({Points})() > before", before);

        await row.Locator("a").ClickAsync();
        var status = page.Locator("header .status");
        await Press("Stop", "stopped");
        await Press("Go on", "running");
        await Press("Stop", "stopped");
        Assert.NotNull(RunSummary.Read(new RunFolder(Assert.Single(Directory.GetDirectories(Path.Combine(server.Runs, "moving"))))).Step);
        Assert.Empty(opened.Problems);

        async Task Press(string button, string then)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
            await Expect(status).ToHaveTextAsync(then);
        }
    }

    [Fact]
    public async Task ADraftFindsWhatLiesBesideTheFileItComesFrom()
    {
        using var program = new ProgramUnderTest();
        program.Write("base.yaml", SmallExperiment.Text);
        Assert.True(program.Invoke("run", program.Write("child.yaml", "extends: base.yaml\n"), "--runs", program.Runs) == 0, program.Errors);
        var id = Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "child"))));
        await using var server = await new BrowserUnderTest { Existing = program.Runs }.Start();
        await using var opened = await chromium.Open(new Uri(server.Base, $"/editor/child/{id}?" + server.Address.Query.TrimStart('?')));

        await Expect(opened.Page.Locator(".verdict")).ToHaveTextAsync("no mistakes");
        await opened.Page.Locator("button.main").ClickAsync();
        await Expect(opened.Page.Locator("table.runs tbody tr:has(a)")).ToHaveCountAsync(2);
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task ARunThatAppearsAndGrowsIsShownWithoutAsking()
    {
        await using var server = await new BrowserUnderTest().Start();
        await using var opened = await chromium.Open(server.Address);
        var row = opened.Page.Locator("table.runs tbody tr:has(a)");
        await Expect(opened.Page.GetByText("There are no runs")).ToBeVisibleAsync();

        var run = server.AddRun("20260102-030405", status: "running", lines: 3);
        await Expect(row.Locator(".status")).ToHaveTextAsync("running");
        await Expect(row).ToContainTextAsync("0.3333");
        BrowserUnderTest.AddLine(run, 4);
        await Expect(row).ToContainTextAsync("0.25");

        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task TwoRunsAreLaidOverEachOtherAndToldApart()
    {
        await using var server = new BrowserUnderTest();
        server.AddRun("20260102-030405", rate: 0.01);
        server.AddRun("20260102-030406", rate: 0.5, lines: 30);
        server.AddRun("20260102-030407", rate: 0.9);
        await server.Start();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;

        await page.GetByLabel("Select toy/20260102-030405").CheckAsync();
        await page.GetByLabel("Select toy/20260102-030406").CheckAsync();

        await Expect(page.Locator(".chart[data-figure=loss] .u-series")).ToHaveCountAsync(3); // the axis and two runs
        await Expect(page.Locator(".chart[data-figure=loss] .u-legend")).ToContainTextAsync("20260102-030406 · fit");
        Assert.Equal(30, await page.EvaluateAsync<int>("() => document.querySelector('.board').board.panels.get('loss').plot.data[0].length"));
        await Expect(page.Locator("svg.parallel polyline.run")).ToHaveCountAsync(2);
        await Expect(page.Locator("svg.parallel")).ToContainTextAsync("learning_rate");
        await Expect(page.Locator("td", new() { HasText = "compile.optimizer.learning_rate" })).ToHaveCountAsync(1);
        Assert.True(await HasInk(page, ".chart[data-figure=loss] canvas"));

        await page.Locator("input[name=log]").CheckAsync();
        await page.Locator("select[name=x]").SelectOptionAsync("time");
        await page.Locator("input[name=smoothing]").FillAsync("0.9");
        Assert.Equal(15, await page.EvaluateAsync<double>("() => document.querySelector('.board').board.panels.get('loss').plot.data[0].at(-1)"));
        await page.GetByLabel("Select toy/20260102-030406").UncheckAsync();
        await Expect(page.Locator(".chart[data-figure=loss] .u-series")).ToHaveCountAsync(2);
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task AMistakeIsShownAtItsPlace()
    {
        await using var server = await new BrowserUnderTest().Start();
        await using var opened = await chromium.Open(new Uri(server.Base, "/editor?" + server.Address.Query.TrimStart('?')));
        var page = opened.Page;
        var editor = page.GetByLabel("Experiment file");
        await Expect(page.Locator(".verdict")).ToHaveTextAsync("no mistakes");
        var good = await editor.InputValueAsync();

        await editor.FillAsync(good.Replace("units: 32", "unit: 32", StringComparison.Ordinal));

        var mark = page.Locator("mark.mistaken");
        await Expect(mark).ToHaveTextAsync("unit");
        var line = good.Split('\n').ToList().FindIndex(text => text.Contains("units: 32", StringComparison.Ordinal)) + 1;
        await Expect(page.Locator(".lines .mistaken")).ToHaveTextAsync(line.ToString(CultureInfo.InvariantCulture));
        var (place, number) = ((await mark.BoundingBoxAsync())!, (await page.Locator(".lines .mistaken").BoundingBoxAsync())!);
        Assert.InRange(place.Y, number.Y - 3, number.Y + 6);
        await Expect(page.Locator(".mistakes li")).ToContainTextAsync("Dense has no option 'unit'. Did you mean 'units'?");
        await Expect(page.Locator("button.main")).ToBeDisabledAsync();
        await page.Locator(".mistakes .place").ClickAsync();
        Assert.Equal("unit", await editor.EvaluateAsync<string>("area => area.value.slice(area.selectionStart, area.selectionEnd)"));

        await editor.FillAsync(good);
        await Expect(page.Locator(".verdict")).ToHaveTextAsync("no mistakes");
        await Expect(page.Locator("button.main")).ToBeEnabledAsync();
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task TheTableIsSortedFilteredAndItsColumnsChosen()
    {
        await using var server = new BrowserUnderTest();
        for (var i = 1; i <= 9; i++)
        {
            server.AddRun($"20260102-03040{i}", name: i < 5 ? "small" : "large", lines: i, status: i == 3 ? "failed" : "done", rate: i / 10.0);
        }

        await server.Start();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;
        var names = page.Locator("table.runs tbody tr a");
        await Expect(names).ToHaveCountAsync(9);

        await page.Locator("th", new() { HasText = "loss" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(names.First).ToHaveTextAsync("large/20260102-030409"); // the least loss
        await page.Locator("th", new() { HasText = "loss" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(names.First).ToHaveTextAsync("small/20260102-030401");

        await page.GetByLabel("Filter").FillAsync("small done");
        await Expect(names).ToHaveCountAsync(3);
        await page.GetByLabel("Filter").FillAsync("learning_rate > 0.55 and status = done");
        await Expect(names).ToHaveCountAsync(4);
        await Expect(page.Locator("[data-count]")).ToContainTextAsync("4 of 9 runs, by condition");

        await page.GetByText("Columns").ClickAsync();
        await page.Locator(".choice-list").GetByLabel("accuracy").UncheckAsync();
        await Expect(page.Locator("th", new() { HasText = "accuracy" })).ToHaveCountAsync(0);
        await page.GetByLabel("Another column").FillAsync("learning_rate");
        await page.Locator(".choice-list button").ClickAsync();
        await Expect(page.Locator("th", new() { HasText = "learning_rate" })).ToHaveCountAsync(1);
        await Expect(page.Locator("table.runs tbody")).ToContainTextAsync("0.6");
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task ARunIsOpenedItsLogReadAndItsNoteKept()
    {
        await using var server = new BrowserUnderTest();
        var run = server.AddRun("20260102-030405");
        File.WriteAllLines(run.LogFile, Enumerable.Range(1, 500).Select(i => $$"""{"@t":"2026-01-02T03:04:05Z","@mt":"step {Step} is done","Step":{{i}}}"""));
        await server.Start();
        await using var opened = await chromium.Open(server.Address);
        var page = opened.Page;

        await page.GetByText("toy/20260102-030405").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("toy/20260102-030405");
        await Expect(page.Locator(".chart")).ToHaveCountAsync(2);
        await Expect(page.Locator(".log .line").First).ToContainTextAsync("step 500 is done");
        await page.GetByLabel("Search the log").FillAsync("step 42");
        await Expect(page.Locator(".log .line")).ToHaveCountAsync(11); // 42, 420 to 429
        await Expect(page.Locator("svg.model")).ToContainTextAsync("Dense");
        await Expect(page.Locator("pre", new() { HasText = "# as it was written" })).ToBeVisibleAsync();

        await page.GetByLabel("Note").FillAsync("<img src=x onerror=alert(1)> the best so far");
        await page.GetByText("Save note").ClickAsync();
        await Expect(page.GetByText("saved", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal("<img src=x onerror=alert(1)> the best so far", RunNotes.Read(run).Text);
        await page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        await Expect(page.Locator("table.runs .note")).ToContainTextAsync("<img src=x onerror=alert(1)> the best so far");
        Assert.Empty(opened.Problems);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task PagesFitTheirWindowAndTurnDark(ColorScheme scheme, int width)
    {
        await using var server = new BrowserUnderTest();
        server.AddRun("20260102-030405");
        await server.Start();
        await using var opened = await chromium.Open(server.Address, width, scheme: scheme);
        var page = opened.Page;
        await page.Locator("table.runs input[type=checkbox]").First.CheckAsync();
        await page.Locator(".chart canvas").First.WaitForAsync();

        Assert.Equal(scheme == ColorScheme.Dark, await IsDark(page));
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await page.Locator("[data-toggle-theme]").ClickAsync();
        Assert.NotEqual(scheme == ColorScheme.Dark, await IsDark(page));
        await page.GetByText("New run").ClickAsync();
        await page.GetByLabel("Experiment file").WaitForAsync();
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task AReportOpensFromTheDiskAndDrawsItsCurves()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);
        await using var opened = await chromium.Open(new Uri(Path.Combine(folder, "report.html")));
        var page = opened.Page;

        await Expect(page.Locator(".chart")).ToHaveCountAsync(2);
        Assert.True(await HasInk(page, ".chart[data-figure=loss] canvas"));
        await page.Locator(".chart[data-figure=loss] .u-over").HoverAsync();
        await Expect(page.Locator(".chart[data-figure=loss] .u-legend .u-value").Nth(1)).Not.ToHaveTextAsync("–");
        await page.Locator("[data-toggle-theme]").ClickAsync();
        Assert.True(await IsDark(page));
        Assert.Empty(opened.Problems);
    }

    private static Task<bool> IsDark(IPage page) =>
        page.EvaluateAsync<bool>("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b) < 200");

    /// <summary>Whether anything coloured is drawn on a canvas.</summary>
    private static Task<bool> HasInk(IPage page, string canvas) => page.Locator(canvas).First.EvaluateAsync<bool>("""
        canvas => {
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 200 && Math.abs(pixels[i] - pixels[i + 2]) > 60) return true;
          return false;
        }
        """);
}
