using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExperimentRunner.Runner.Tests.Browser;

/// <summary>
/// What docs/tour.md shows, step by step. docs/tour.sh names real runs and a folder for the pictures (<c>TOUR_RUNS</c>,
/// <c>TOUR_PAGE</c>, <c>TOUR_PICTURES</c>); without them two runs are made up and nothing is kept.
/// </summary>
[Collection("browser")]
public class TourTests(Chromium chromium)
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("TOUR_PICTURES");

    [Fact]
    public async Task TwoRunsAreSeenAndComparedAndOneIsChanged()
    {
        await using var server = new BrowserUnderTest { Existing = Environment.GetEnvironmentVariable("TOUR_RUNS") };
        if (server.Existing is null)
        {
            foreach (var run in new[] { server.AddRun("20260102-030405", "mnist_mlp"), server.AddRun("20260102-030406", "mnist_mlp", rate: 0.5) })
            {
                File.WriteAllText(run.ExperimentFile, Commands.SmallExperiment.Text);
            }
        }

        await server.Start();
        await using var opened = await chromium.Open(server.Address, height: 760);
        var page = opened.Page;
        await page.Locator("table.runs input[type=checkbox]").First.CheckAsync();
        await page.Locator("table.runs input[type=checkbox]").Nth(1).CheckAsync();
        await Expect(page.Locator("svg.parallel polyline.run")).ToHaveCountAsync(2);
        await Expect(page.Locator(".chart[data-figure=loss] .u-series")).Not.ToHaveCountAsync(0);
        await page.Locator(".chart[data-figure=loss] .u-over").HoverAsync();
        await Keep(page, "runs.png");

        await page.Locator("table.runs tbody a").First.ClickAsync();
        await Expect(page.Locator("svg.model")).ToBeVisibleAsync();
        await page.Locator(".chart canvas").First.WaitForAsync();
        await Keep(page, "run.png", whole: true);

        await page.GetByText("Change and run again").ClickAsync();
        var editor = page.GetByLabel("Experiment file");
        await editor.FillAsync((await editor.InputValueAsync()).Replace("units", "unit", StringComparison.Ordinal));
        await Expect(page.Locator("mark.mistaken").First).ToHaveTextAsync("unit");
        await Keep(page, "editor.png");
        Assert.Empty(opened.Problems);
    }

    [Fact]
    public async Task TheComparisonIsAPage()
    {
        if (Environment.GetEnvironmentVariable("TOUR_PAGE") is not { } file)
        {
            using var program = new Commands.ProgramUnderTest();
            var (one, other) = (Commands.SmallExperiment.Run(program), Commands.SmallExperiment.Run(program, "model.layers[0].Dense.units=16"));
            file = program.Of("compare.html");
            Assert.True(program.Invoke("compare", one, other, "--html", file) == 0, program.Errors);
            await Show(file);
            return;
        }

        await Show(file);
    }

    private async Task Show(string file)
    {
        await using var opened = await chromium.Open(new Uri(file), height: 760, scheme: ColorScheme.Dark);
        var page = opened.Page;
        await page.Locator(".chart canvas").First.WaitForAsync();
        await Expect(page.Locator("svg.model .changed").First).ToBeVisibleAsync();
        await Expect(page.Locator("pre").First).ToContainTextAsync("units");
        await Keep(page, "compare.png", whole: true);
        Assert.Empty(opened.Problems);
    }

    /// <summary>Takes a picture, without the folder of whoever takes it.</summary>
    private static async Task Keep(IPage page, string name, bool whole = false)
    {
        if (Pictures is null)
        {
            return;
        }

        await page.EvaluateAsync("""
            folder => {
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (texts.nextNode()) {
                const text = texts.currentNode.data;
                if (text.includes(folder)) texts.currentNode.data = text.replaceAll(folder + "/", "").replaceAll(folder, "experiments");
              }
            }
            """, Path.GetDirectoryName(Environment.GetEnvironmentVariable("TOUR_RUNS")));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, name), FullPage = whole });
    }
}
