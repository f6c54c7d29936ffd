using System.Security.Cryptography;
using System.Text;
using ExperimentRunner.Runner.Hosting;
using Microsoft.AspNetCore.Http;

namespace ExperimentRunner.Runner.Browser;

/// <summary>
/// Lets in only who has the token of the printed address, under this machine's own name: a page of another site, or a name that was
/// bent to this machine, gets nothing.
/// </summary>
/// <param name="next">What comes after.</param>
/// <param name="token">The token.</param>
internal sealed class Gate(RequestDelegate next, string token)
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Lets a request through or turns it away.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var (request, response, port) = (context.Request, context.Response, context.Connection.LocalPort);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        if (!LocalServer.MayPass(context, out var problem))
        {
            return Refuse(response, problem);
        }

        var cookie = $"experiment-runner-{port}";
        if (request.Query["token"] is [{ } given])
        {
            if (!IsToken(given))
            {
                return Refuse(response, "The token is another one. Open the address that runner ui printed.");
            }

            response.Cookies.Append(cookie, token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
            response.Redirect(request.Path.HasValue ? request.Path.Value! : "/");
            return Task.CompletedTask;
        }

        return request.Cookies[cookie] is { } kept && IsToken(kept) ? next(context) : Refuse(response, "Open the address that runner ui printed: it holds the token.");
    }

    private static Task Refuse(HttpResponse response, string why)
    {
        response.StatusCode = StatusCodes.Status403Forbidden;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(why);
    }

    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
}
