using System.Reflection;
using Microsoft.Playwright;

namespace ExperimentRunner.Runner.Tests.Browser;

/// <summary>A real browser without a window, for all tests of pages.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const int Patience = 90_000; // milliseconds; a machine may be busy
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        var driver = typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PlaywrightDriver").Value;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", driver);
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Find(), Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async Task DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
    }

    /// <summary>A fresh page; whatever goes wrong in it is in <see cref="PageUnderTest.Problems"/>.</summary>
    internal async Task<PageUnderTest> Open(Uri address, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        var problems = new List<string>();
        page.PageError += (_, error) => problems.Add(error);
        page.Console += (_, message) => problems.AddRange(message.Type == "error" ? [message.Text] : []);
        page.Dialog += async (_, dialog) =>
        {
            problems.Add($"a dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        await page.GotoAsync(address.ToString());
        return new PageUnderTest(page, problems);
    }

    private static string Find()
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => Names.Select(name => Path.Combine(folder, name)));
        return Environment.GetEnvironmentVariable("CHROMIUM") ?? places.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("Tests of pages need Chromium: 'apt-get install chromium', or name its program in the variable CHROMIUM.");
    }
}

/// <summary>A page and what went wrong in it.</summary>
/// <param name="Page">The page.</param>
/// <param name="Problems">Errors of scripts, refused resources, dialogs.</param>
internal sealed record PageUnderTest(IPage Page, List<string> Problems) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}

[CollectionDefinition("browser")]
public sealed class BrowserTests : ICollectionFixture<Chromium>;
