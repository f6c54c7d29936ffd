using System.Net.Http.Headers;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Sends each epoch's figures to a web server.</summary>
/// <remarks>
/// Sends: a POST of <c>{"epoch": 0, "loss": 0.1, …}</c>, as a field of a form or as JSON. A server that is not reached within
/// five seconds is told once, and training goes on.
/// Source: Keras 3, <c>keras.callbacks.RemoteMonitor</c>.
/// </remarks>
/// <example>RemoteMonitor: { root: "http://localhost:9000", send_as_json: true }</example>
[KerasName("RemoteMonitor")]
public sealed record RemoteMonitor : Callback, IChecked
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>The server.</summary>
    public string Root { get; init; } = "http://localhost:9000";

    /// <summary>What is added to the server's address.</summary>
    public string Path { get; init; } = "/publish/epoch/end/";

    /// <summary>The form's field that holds the figures.</summary>
    public string Field { get; init; } = "data";

    /// <summary>Headers that are sent too.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Whether JSON is sent, instead of a form.</summary>
    public bool SendAsJson { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (!Uri.TryCreate(Root + Path, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new OptionMistake("root", $"'{Root}{Path}' is no address of a web server.", "an address that begins with http:// or https://");
        }
    }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(RemoteMonitor definition) : TrainingListener
    {
        public override void EpochEnd(Logs logs)
        {
            var figures = new StringBuilder($"{{\"epoch\": {Training.Epoch}");
            foreach (var (name, value) in logs)
            {
                figures.Append($", \"{name}\": {Number((float)value)}");
            }

            var text = figures.Append('}').ToString();
            Attempt($"RemoteMonitor cannot reach {definition.Root}", () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, definition.Root + definition.Path)
                {
                    Content = definition.SendAsJson
                        ? new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"))
                        : new FormUrlEncodedContent([KeyValuePair.Create(definition.Field, text)]),
                };
                foreach (var (name, value) in definition.Headers ?? new Dictionary<string, string>())
                {
                    if (!request.Headers.TryAddWithoutValidation(name, value))
                    {
                        request.Content.Headers.Remove(name);
                        request.Content.Headers.TryAddWithoutValidation(name, value);
                    }
                }

                using var answer = Client.Send(request);
            });
        }

        private static string Number(double value) => double.IsNaN(value) ? "NaN"
            : double.IsInfinity(value) ? (value > 0 ? "Infinity" : "-Infinity")
            : PythonText.Of(value);
    }
}
