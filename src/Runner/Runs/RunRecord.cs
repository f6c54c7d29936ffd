using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What <c>run.json</c> says: how the run stands, where and with what it ran, and what came out. Each change is one rename.</summary>
internal sealed class RunRecord
{
    /// <summary>Keras's word for a figure that is better high.</summary>
    internal const string HighMode = "max";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly JsonObject _json;
    private readonly List<RunResult> _results = [];
    private readonly JsonObject _dataBefore = [];

    /// <summary>Begins the record of a new run and writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="command">The command line.</param>
    /// <param name="seed">The seed, given or drawn.</param>
    /// <param name="repository">A folder of the repository that the experiment lies in.</param>
    /// <param name="origin">The file that the experiment was read from.</param>
    internal RunRecord(string path, TimeProvider clock, string experiment, IReadOnlyList<string> command, long seed, string repository, RunOrigin? origin = null)
    {
        (_path, _clock) = (path, clock);
        _json = new JsonObject
        {
            ["format"] = 1,
            ["experiment"] = experiment,
            ["status"] = Word(RunStatus.Running),
            ["error"] = null,
            ["command"] = new JsonArray([.. command.Select(word => JsonValue.Create(word))]),
            ["file"] = origin?.ToJson(),
            ["seed"] = seed,
            ["started"] = Now,
            ["ended"] = null,
            ["seconds"] = null,
            ["git_commit"] = GitCommit.Of(repository),
            ["process"] = RunProcess.Current().ToJson(),
            ["machine"] = Machine.Describe(),
            ["versions"] = Machine.Versions(),
            ["data"] = new JsonObject(),
            ["results"] = new JsonArray(),
            ["best"] = new JsonObject(),
        };
        Write();
    }

    /// <summary>Takes up the record of a run that goes on, and writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="before">What it says.</param>
    /// <param name="progress">What came out until the moment from which the run goes on; null is nothing.</param>
    internal RunRecord(string path, TimeProvider clock, JsonObject before, JsonObject? progress)
    {
        (_path, _clock, _json) = (path, clock, (JsonObject)before.DeepClone());
        _json["results"] = progress?["results"]?.DeepClone() ?? new JsonArray();
        _json["best"] = progress?["best"]?.DeepClone() ?? new JsonObject();
        _results.AddRange(_json["results"]!.AsArray().Select(result => new RunResult(
            (string)result!["do"]!, (string?)result["name"], (long)result["step"]!, (double)result["seconds"]!, JsonFigures.FromObject(result["values"]!.AsObject()))));
        _dataBefore = _json["data"]?.DeepClone() as JsonObject ?? [];
        (_json["status"], _json["error"], _json["ended"]) = (Word(RunStatus.Running), null, null);
        _json["process"] = RunProcess.Current().ToJson();
        _json["machine"] = Machine.Describe();
        _json["versions"] = Machine.Versions();
        _json["resumed"] = new JsonArray([.. (_json["resumed"] as JsonArray ?? []).Select(time => time?.DeepClone()), JsonValue.Create(Now)]);
        Write();
    }

    /// <summary>What came out so far: what a run that goes on begins with.</summary>
    internal JsonObject Progress() => new() { ["results"] = _json["results"]!.DeepClone(), ["best"] = _json["best"]!.DeepClone() };

    /// <summary>What came out so far, in order.</summary>
    internal IReadOnlyList<RunResult> Results => _results;

    private string Now => _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Notes the digests of the data, by data set and split.</summary>
    /// <exception cref="DataException">The run goes on, and they are not what it began with.</exception>
    internal void SetData(JsonObject digests)
    {
        if (digests.FirstOrDefault(set => _dataBefore[set.Key] is { } before && !JsonNode.DeepEquals(before, set.Value)).Key is { } changed)
        {
            throw new DataException($"The data '{changed}' were changed since the run began. A run only goes on with what it began with.");
        }

        _json["data"] = digests;
        Write();
    }

    /// <summary>Notes the digest of all weights of a model.</summary>
    internal void SetWeights(string model, string digest)
    {
        _json["weights"] ??= new JsonObject();
        _json["weights"]![model] = digest;
        Write();
    }

    /// <summary>Adds the result of an entry of <c>run:</c>.</summary>
    internal void AddResult(string what, long step, double seconds, Logs values, string? name = null, long? examples = null, double? waited = null)
    {
        var result = new JsonObject { ["do"] = what };
        if (name is not null)
        {
            result["name"] = name;
        }

        result["step"] = step;
        result["seconds"] = Math.Round(seconds, 3);
        if (examples is not null)
        {
            result["examples"] = examples;
        }

        if (waited is { } waiting)
        {
            result["waited"] = Math.Round(waiting, 3);
        }

        result["values"] = JsonFigures.ToObject(values);
        ((JsonArray)_json["results"]!).Add(result);
        _results.Add(new RunResult(what, name, step, seconds, values));
        Write();
    }

    /// <summary>Notes a figure if it is the best of its name so far.</summary>
    /// <param name="name">The figure's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="step">The step it was measured at.</param>
    /// <param name="higherIsBetter">Which direction is better.</param>
    internal void NoteBest(string name, double value, long step, bool higherIsBetter)
    {
        var best = (JsonObject)_json["best"]!;
        if (double.IsFinite(value) && (best[name]?["value"]?.GetValue<double>() is not { } before || (higherIsBetter ? value > before : value < before)))
        {
            best[name] = new JsonObject { ["value"] = value, ["step"] = step, ["mode"] = higherIsBetter ? HighMode : "min" };
        }
    }

    /// <summary>Ends the record.</summary>
    internal void End(RunStatus status, double seconds, string? error = null)
    {
        _json["status"] = Word(status);
        _json["error"] = error;
        _json["ended"] = Now;
        _json["seconds"] = Math.Round(seconds, 3);
        Write();
    }

    /// <summary>What the record calls a status.</summary>
    internal static string Word(RunStatus status) => status.ToString().ToLowerInvariant();

    private void Write()
    {
        WholeFile.Write(_path, file => file.Write(Encoding.UTF8.GetBytes(_json.ToJsonString(Pretty) + "\n")));
    }
}

/// <summary>What came out of an entry of <c>run:</c>.</summary>
/// <param name="Do">What was done.</param>
/// <param name="Name">What the evaluation is called, where there are several.</param>
/// <param name="Step">The step it ended at.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Values">The figures.</param>
internal sealed record RunResult(string Do, string? Name, long Step, double Seconds, Logs Values);
