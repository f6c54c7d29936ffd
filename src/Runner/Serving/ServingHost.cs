using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExperimentRunner.Runner.Serving;

/// <summary>A model over HTTP, in the words of TensorFlow Serving's REST interface.</summary>
internal sealed class ServingHost : IAsyncDisposable
{
    /// <summary>How long a request may be, in bytes.</summary>
    internal const int LongestRequest = 64 << 20;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);
    private readonly WebApplication _application;

    private ServingHost(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>The address of the model.</summary>
    internal Uri Address { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="address">The address to listen on. But for this machine's own, whoever reaches it may ask.</param>
    /// <param name="port">The port; 0 is any that is free.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    internal static async Task<ServingHost> Start(ServedModel model, IPAddress address, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestRequest;
            kestrel.Listen(address, port);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeToEnd);
        var application = builder.Build();
        application.Use((context, next) => Guard(context, next, IPAddress.IsLoopback(address)));
        var path = $"/v1/models/{Uri.EscapeDataString(model.Name)}";
        application.Run(context => Answer(context, model, path));
        await application.StartAsync().ConfigureAwait(false);
        return new ServingHost(application, new Uri(application.Urls.First() + path));
    }

    /// <summary>Waits until the program is asked to end.</summary>
    internal Task WaitForEnd() => _application.WaitForShutdownAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Lets through who may ask, and makes of every failure a sentence.</summary>
    private static async Task Guard(HttpContext context, RequestDelegate next, bool isLocal)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var problem = "";
            if (isLocal ? !LocalServer.MayPass(context, out problem) : LocalServer.IsOfAnotherSite(context.Request, context.Request.Host.Value ?? ""))
            {
                await Refuse(context, StatusCodes.Status403Forbidden, isLocal ? problem : "Another site may not ask this.").ConfigureAwait(false);
                return;
            }

            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // nobody is there any more
        }
        catch (RequestException wrong)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, wrong.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException wrong)
        {
            var why = wrong.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"A request may have {LongestRequest >> 20} MB. Send fewer examples at once."
                : "The request did not come whole.";
            await Refuse(context, wrong.StatusCode, why).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await Refuse(context, StatusCodes.Status500InternalServerError, FailureCause.Of(failure)).ConfigureAwait(false);
        }
    }

    private static Task Answer(HttpContext context, ServedModel model, string path)
    {
        var asked = context.Request.Path.ToUriComponent();
        var (reads, writes) = (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method), HttpMethods.IsPost(context.Request.Method));
        return asked == path ? reads ? Send(context, ModelAbout.Status()) : Only(context, HttpMethods.Get)
            : asked == $"{path}/metadata" ? reads ? Send(context, ModelAbout.Metadata(model.Name, model.Graph, model.Adapted)) : Only(context, HttpMethods.Get)
            : asked == $"{path}:predict" ? writes ? Predict(context, model) : Only(context, HttpMethods.Post)
            : Refuse(context, StatusCodes.Status404NotFound, $"There is nothing at this address. Expected GET {path}, GET {path}/metadata or POST {path}:predict.");
    }

    private static async Task Predict(HttpContext context, ServedModel model)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (model.TryAnswer(body.GetBuffer().AsMemory(0, (int)body.Length), context.Request.ContentType, context.RequestAborted) is not { } answer)
        {
            context.Response.Headers.RetryAfter = "1";
            await Refuse(context, StatusCodes.Status503ServiceUnavailable, "Too many requests wait already.").ConfigureAwait(false);
            return;
        }

        var json = await answer.ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }

    private static Task Only(HttpContext context, string method)
    {
        context.Response.Headers.Allow = method;
        return Refuse(context, StatusCodes.Status405MethodNotAllowed, $"Expected {method}, not {context.Request.Method}.");
    }

    private static Task Refuse(HttpContext context, int status, string why)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        return Send(context, new JsonObject { ["error"] = why });
    }

    private static Task Send(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString(Readable));
    }
}
