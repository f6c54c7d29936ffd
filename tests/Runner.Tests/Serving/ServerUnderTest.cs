using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Serving;

namespace ExperimentRunner.Runner.Tests.Serving;

/// <summary>A model that is asked over HTTP.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly ServedModel _model;
    private readonly ServingHost _host;
    private readonly HttpClient _client = new();

    private ServerUnderTest(ServedModel model, ServingHost host) => (_model, _host) = (model, host);

    public Uri Address => _host.Address;

    public static async Task<ServerUnderTest> Start(string model, PredictionEngine? engine = null, string root = ".")
    {
        var served = new ServedModel("m", NamedModel.Open(model, root, _ => { }), engine, null);
        return new ServerUnderTest(served, await ServingHost.Start(served, IPAddress.Loopback, 0));
    }

    public async Task<(int Status, JsonNode Answer)> Get(string path = "") => await Read(await _client.GetAsync(new Uri(Address + path)));

    /// <summary>Asks for predictions.</summary>
    public async Task<(int Status, JsonNode Answer)> Predict(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Read(await _client.PostAsync(new Uri(Address + ":predict"), content));
    }

    /// <summary>Asks for predictions with a file.</summary>
    public async Task<(int Status, JsonNode Answer)> Predict(byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await Read(await _client.PostAsync(new Uri(Address + ":predict"), content));
    }

    /// <summary>Sends a request as it is.</summary>
    public async Task<(int Status, JsonNode Answer)> Send(HttpRequestMessage request) => await Read(await _client.SendAsync(request));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        _model.Dispose();
    }

    private static async Task<(int Status, JsonNode Answer)> Read(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
            return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }
    }
}
