using System.Net;
using System.Security.Cryptography;
using System.Text;
using ExperimentRunner.Runner.Browser.Components;
using ExperimentRunner.Runner.Reporting.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExperimentRunner.Runner.Browser;

/// <summary>The runs in a browser: a server for this machine alone.</summary>
internal sealed class BrowserHost : IAsyncDisposable
{
    private const int LongestMessage = 4 << 20; // a whole experiment file comes in one
    private readonly WebApplication _application;

    private BrowserHost(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>The address to open, with its token.</summary>
    internal Uri Address { get; }

    /// <summary>What it knows of the runs.</summary>
    internal RunWatch Watch => _application.Services.GetRequiredService<RunWatch>();

    /// <summary>Starts a server.</summary>
    /// <param name="root">The folder of runs. Nothing outside it is shown.</param>
    /// <param name="port">The port; 0 is any that is free.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    internal static async Task<BrowserHost> Start(string root, int port, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestMessage;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(_ => new RunWatch(root, clock));
        builder.Services.AddHostedService(services => services.GetRequiredService<RunWatch>());
        builder.Services.AddSingleton<RunStarter>();
        builder.Services.AddSingleton<Drafts>();
        var application = builder.Build();
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        application.UseMiddleware<Gate>(token);
        application.Use(SendFile);
        application.UseAntiforgery();
        application.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        await application.StartAsync().ConfigureAwait(false);
        return new BrowserHost(application, new Uri($"{application.Urls.First()}/?token={token}"));
    }

    /// <summary>Waits until the program is asked to end.</summary>
    internal Task WaitForEnd() => _application.WaitForShutdownAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Sends the files that pages are made with; they are carried in the program, so no path of a request meets the disk.</summary>
    private static Task SendFile(HttpContext context, RequestDelegate next)
    {
        var (type, text) = context.Request.Path.Value switch
        {
            "/assets/page.css" => ("text/css", PageFiles.Styles + PageFiles.Text("ui.css")),
            "/assets/page.js" => ("text/javascript", PageFiles.Charts + "\n" + PageFiles.Text("ui.js")),
            "/_framework/blazor.web.js" => ("text/javascript", PageFiles.Text("blazor.web.js")),
            "/_content/Microsoft.AspNetCore.Components.QuickGrid/QuickGrid.razor.js" => ("text/javascript", PageFiles.Text("QuickGrid.razor.js")),
            _ => ("", ""),
        };
        if (type.Length == 0)
        {
            return next(context);
        }

        context.Response.ContentType = $"{type}; charset=utf-8";
        return context.Response.WriteAsync(text, Encoding.UTF8);
    }
}
