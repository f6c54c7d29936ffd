using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ExperimentRunner.Runner.Tests.Browser;

public class GateTests
{
    [Theory]
    [InlineData("/", "")]
    [InlineData("/?token=", "")]
    [InlineData("/?token=00000000000000000000000000000000", "")]
    [InlineData("/assets/page.js", "")]
    [InlineData("/_framework/blazor.web.js", "")]
    [InlineData("/_blazor/negotiate", "")]
    [InlineData("/?TOKEN", "Host: evil.example")]
    [InlineData("/?TOKEN", "Host: 127.0.0.1.evil.example:PORT")]
    [InlineData("/?TOKEN", "Host: 127.0.0.1")]
    [InlineData("/?TOKEN", "Origin: http://evil.example")]
    [InlineData("/?TOKEN", "Origin: null")]
    [InlineData("/?TOKEN", "Origin: https://127.0.0.1:PORT")]
    [InlineData("/?TOKEN", "Origin: http://127.0.0.1:1")]
    public async Task WhoHasNoTokenOrComesFromElsewhereGetsNothing(string path, string header)
    {
        await using var server = await new BrowserUnderTest().Start();

        var answer = await Ask(server, path.Replace("TOKEN", server.Address.Query.TrimStart('?'), StringComparison.Ordinal), header.Replace("PORT", $"{server.Base.Port}", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TheTokenBecomesACookieThatScriptsAndOtherSitesCannotUse()
    {
        await using var server = await new BrowserUnderTest().Start();

        var answer = await Ask(server, "/" + server.Address.Query, "");

        Assert.StartsWith("HTTP/1.1 302", answer, StringComparison.Ordinal);
        var cookie = answer.Split('\n').Single(line => line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("Location: /\r", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/%2e%2e%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/assets/../../secret.txt")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    [InlineData("/run/..%2f../secret.txt")]
    [InlineData("/run/%2e%2e/secret.txt")]
    [InlineData("/run/../..")]
    [InlineData("/run/toy/..%2f..%2f..%2fsecret.txt")]
    [InlineData("/runs/toy/20260102-030405/run.json")]
    [InlineData("/toy/20260102-030405/experiment.yaml")]
    [InlineData("/.drafts/a.yaml")]
    [InlineData("/.index.db")]
    [InlineData("//etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("/%00")]
    [InlineData("/run/%00/%00")]
    [InlineData("/file:///etc/passwd")]
    [InlineData("/_content/../../secret.txt")]
    [InlineData("/_framework/..%2f..%2fsecret.txt")]
    [InlineData("/_content/Microsoft.AspNetCore.Components.QuickGrid/../../../secret.txt")]
    public async Task NoPathLeadsToAFile(string path)
    {
        await using var server = new BrowserUnderTest();
        server.AddRun("20260102-030405");
        File.WriteAllText(server.Of("secret.txt"), "a secret");
        await server.Start();

        var answer = await Ask(server, path, Cookie(server));

        Assert.DoesNotContain("a secret", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("as it was written", answer, StringComparison.Ordinal);
        Assert.Matches("^HTTP/1.1 (200|400|404)", answer);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal); // no stack trace
    }

    [Fact]
    public async Task ItListensOnThisMachineAlone()
    {
        await using var server = await new BrowserUnderTest().Start();
        var others = Dns.GetHostAddresses(Dns.GetHostName()).Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

        foreach (var address in others)
        {
            using var client = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(address, server.Base.Port));
        }

        Assert.Equal("127.0.0.1", server.Base.Host);
    }

    private static string Cookie(BrowserUnderTest server) => $"Cookie: experiment-runner-{server.Base.Port}={server.Address.Query["?token=".Length..]}";

    /// <summary>Asks as no well-meant client would: the path goes as it stands.</summary>
    private static async Task<string> Ask(BrowserUnderTest server, string path, string header)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Base.Port);
        var host = header.StartsWith("Host:", StringComparison.Ordinal) ? "" : $"Host: {server.Base.Authority}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\n{host}{(header.Length > 0 ? header + "\r\n" : "")}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
