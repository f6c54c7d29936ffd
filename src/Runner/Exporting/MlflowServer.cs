using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A tracking server of MLflow.</summary>
/// <remarks>
/// Source: MLflow 2, REST API; a batch holds at most 1,000 metrics, 100 parameters or 100 tags. Names and passwords come from
/// <c>MLFLOW_TRACKING_USERNAME</c>, <c>MLFLOW_TRACKING_PASSWORD</c> and <c>MLFLOW_TRACKING_TOKEN</c>, as MLflow's own client has them.
/// </remarks>
internal sealed partial class MlflowServer : IDisposable
{
    private const int MostMetrics = 1000, MostParameters = 100, LongestValue = 500, LongestKey = 250, LongestTag = 5000;
    private readonly HttpClient _client;
    private readonly string _address;

    /// <summary>The server at an address.</summary>
    internal MlflowServer(Uri address)
    {
        _address = address.ToString().TrimEnd('/');
        _client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        if (Environment.GetEnvironmentVariable("MLFLOW_TRACKING_USERNAME") is { Length: > 0 } user)
        {
            var words = $"{user}:{Environment.GetEnvironmentVariable("MLFLOW_TRACKING_PASSWORD")}";
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(words)));
        }
        else if (Environment.GetEnvironmentVariable("MLFLOW_TRACKING_TOKEN") is { Length: > 0 } token)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>The experiment of a name, made where there is none.</summary>
    internal string FindExperiment(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_address}/api/2.0/mlflow/experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}");
        return Text(Send(request, mayBeMissing: true)?["experiment"]?["experiment_id"])
            ?? Need(Text(Post("experiments/create", new JsonObject { ["name"] = name })["experiment_id"]), "experiment_id");
    }

    /// <summary>Makes a run; the result is its name there.</summary>
    internal string CreateRun(string experiment, string name, DateTimeOffset start, IEnumerable<KeyValuePair<string, string>> tags)
    {
        var run = Post("runs/create", new JsonObject
        {
            ["experiment_id"] = experiment,
            ["run_name"] = name,
            ["start_time"] = start.ToUnixTimeMilliseconds(),
            ["tags"] = Pairs(tags.Take(MostParameters), LongestTag),
        });
        return Need(Text(run["run"]?["info"]?["run_id"]), "run_id");
    }

    /// <summary>Sends settings.</summary>
    internal void LogParameters(string run, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        foreach (var batch in parameters.DistinctBy(pair => KeyOf(pair.Key)).Chunk(MostParameters))
        {
            Post("runs/log-batch", new JsonObject { ["run_id"] = run, ["params"] = Pairs(batch, LongestValue) });
        }
    }

    /// <summary>Sends measurements.</summary>
    internal void LogMetrics(string run, IEnumerable<MlflowMetric> metrics)
    {
        foreach (var batch in metrics.Chunk(MostMetrics))
        {
            Post("runs/log-batch", new JsonObject
            {
                ["run_id"] = run,
                ["metrics"] = new JsonArray([.. batch.Select(metric => new JsonObject
                {
                    ["key"] = KeyOf(metric.Key),
                    ["value"] = double.IsFinite(metric.Value) ? metric.Value : metric.Value.ToString(CultureInfo.InvariantCulture), // protobuf's JSON has words for these
                    ["timestamp"] = metric.Time.ToUnixTimeMilliseconds(),
                    ["step"] = metric.Step,
                })]),
            });
        }
    }

    /// <summary>Says how a run ended.</summary>
    internal void End(string run, string status, DateTimeOffset? end)
    {
        var update = new JsonObject { ["run_id"] = run, ["status"] = status };
        if (end is { } time)
        {
            update["end_time"] = time.ToUnixTimeMilliseconds();
        }

        Post("runs/update", update);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs, int longest) => new(
        [.. pairs.Select(pair => new JsonObject { ["key"] = KeyOf(pair.Key), ["value"] = pair.Value.Length <= longest ? pair.Value : pair.Value[..(longest - 1)] + "…" })]);

    /// <summary>A name in letters that MLflow takes: <c>model.layers[0].units</c> is <c>model.layers.0.units</c>.</summary>
    private static string KeyOf(string name)
    {
        var key = Others().Replace(name.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), "_");
        return key.Length <= LongestKey ? key : key[..LongestKey];
    }

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;

    private string Need(string? value, string name) => value ?? throw new IOException($"MLflow at {_address} answered without a {name}.");

    private JsonNode Post(string call, JsonObject content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_address}/api/2.0/mlflow/{call}") { Content = new StringContent(content.ToJsonString(), Encoding.UTF8, "application/json") };
        return Send(request, mayBeMissing: false)!;
    }

    private JsonNode? Send(HttpRequestMessage request, bool mayBeMissing)
    {
        try
        {
            using var answer = _client.Send(request);
            using var reader = new StreamReader(answer.Content.ReadAsStream());
            var text = reader.ReadToEnd();
            if (mayBeMissing && answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            var json = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text);
            return answer.IsSuccessStatusCode ? json ?? new JsonObject()
                : throw new IOException($"MLflow at {_address} refused {request.RequestUri!.AbsolutePath}: {Text((json as JsonObject)?["message"]) ?? answer.StatusCode.ToString()}.");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw new IOException($"MLflow at {_address} cannot be reached: {error.Message}", error);
        }
    }

    [GeneratedRegex("[^A-Za-z0-9_. /-]")]
    private static partial Regex Others();
}

/// <summary>A measurement as MLflow takes it.</summary>
internal readonly record struct MlflowMetric(string Key, double Value, DateTimeOffset Time, long Step);
