using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using ExperimentRunner.Runner.Commands;
using Microsoft.AspNetCore.Http;

namespace ExperimentRunner.Runner.Hosting;

/// <summary>What servers of this machine share: a port that is free, and who may ask.</summary>
internal static class LocalServer
{
    /// <summary><c>--port</c>.</summary>
    /// <param name="usual">The port where none is said.</param>
    internal static Option<int?> Port(int usual) => new("--port")
    {
        Description = $"The port to listen on; {usual} by default, or another where that is taken. 0 is any that is free.",
        HelpName = "PORT",
    };

    /// <summary>The port to listen on.</summary>
    /// <param name="said">What the command line said; null where it said nothing.</param>
    /// <param name="usual">The port where it said nothing; where that is taken, any that is free.</param>
    /// <param name="address">The address to listen on.</param>
    /// <exception cref="WrongCommandException">It is no port, or taken.</exception>
    internal static int Choose(int? said, int usual, IPAddress address) => said switch
    {
        < 0 or > IPEndPoint.MaxPort => throw new WrongCommandException($"--port {said} is no port. Expected a number from 0 to 65535."),
        null => IsFree(address, usual) ? usual : 0,
        0 => 0,
        _ => IsFree(address, said.Value) ? said.Value : throw new WrongCommandException($"Port {said} is taken by another program. --port 0 takes any that is free."),
    };

    /// <summary>
    /// Whether a request names this machine as it names itself, and comes from no page of another site: a name that was bent to this
    /// machine gets nothing.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="problem">What to answer where it may not pass.</param>
    internal static bool MayPass(HttpContext context, out string problem)
    {
        var (request, port) = (context.Request, context.Connection.LocalPort);
        string[] hosts = [$"127.0.0.1:{port}", $"localhost:{port}", $"[::1]:{port}"];
        problem = !hosts.Contains(request.Host.Value, StringComparer.OrdinalIgnoreCase) ? "This address is not the one that the program printed."
            : IsOfAnotherSite(request, hosts) ? "Another site may not ask this."
            : "";
        return problem.Length == 0;
    }

    /// <summary>Whether a browser sends it for a page that is none of these hosts'.</summary>
    internal static bool IsOfAnotherSite(HttpRequest request, params string[] hosts) =>
        request.Headers.Origin.Count > 0
        && !hosts.Any(host => string.Equals(request.Headers.Origin.ToString(), $"http://{host}", StringComparison.OrdinalIgnoreCase));

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new WrongCommandException($"This machine has no address {address}.", problem);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
