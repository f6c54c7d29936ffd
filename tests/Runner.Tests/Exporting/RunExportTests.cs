using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Exporting;

public class RunExportTests
{
    [Fact]
    public void MeasurementsBecomeATable()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);
        File.AppendAllText(Path.Combine(folder, "metrics.jsonl"), """{"time":9,"step":26,"phase":"evaluate","name":"a \"b\", c","values":{"loss":"NaN"}}""" + "\n");

        Assert.True(program.Invoke("export", folder, "--format", "csv", "--output", program.Of("m.csv")) == 0, program.Errors);

        var lines = File.ReadAllText(program.Of("m.csv")).Split("\r\n");
        Assert.Equal("time,step,epoch,phase,name,fit,loss,accuracy,global_step", lines[0]);
        Assert.Equal(5 + 1, lines.Length - 1); // the header, three of train, one of evaluate, the one added; and an end of line
        Assert.Equal("9,26,,evaluate,\"a \"\"b\"\", c\",,NaN,,", lines[5]);
        var first = Measurement.ReadAll(Path.Combine(folder, "metrics.jsonl")).First();
        Assert.Equal(first.Values["loss"], double.Parse(lines[1].Split(',')[6], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void TensorBoardGetsAFolderOfItsOwn()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);

        Assert.True(program.Invoke("export", folder, "--format", "tensorboard", "--output", program.Of("board")) == 0, program.Errors);
        Assert.True(program.Invoke("export", folder, "--format", "tensorboard", "--output", program.Of("board")) == 0, program.Errors);

        var written = EventRecords.Read(Assert.Single(Directory.GetFiles(program.Of("board"))));
        var own = EventRecords.Read(Assert.Single(Directory.GetFiles(folder, "events.out.tfevents.*")));
        Assert.Equal(own.Count, written.Count - 1); // the second time it also says that what was there is forgotten
    }

    [Fact]
    public void MlflowGetsSettingsMeasurementsAndTheEnd()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);
        File.AppendAllLines(Path.Combine(folder, "metrics.jsonl"), Enumerable.Range(1, 1500).Select(i => $$"""{"time":{{i}},"step":{{i}},"phase":"train","values":{"loss":{{(i == 7 ? "\"NaN\"" : "0.5")}}} }"""));
        File.AppendAllText(Path.Combine(folder, "resolved.yaml"), "\nmore: {" + string.Join(", ", Enumerable.Range(0, 150).Select(i => $"v{i}: {i}")) + "}\n");
        new RunNotes(["good"], "a note").Write(new RunFolder(folder));
        using var server = new MlflowStub();

        Assert.True(program.Invoke("export", folder, "--format", "mlflow", "--output", server.Address) == 0, program.Errors);

        Assert.Equal(["experiments/get-by-name", "experiments/create", "runs/create"], server.Calls.Take(3).Select(call => call.Path));
        Assert.Equal("runs/update", server.Calls[^1].Path);
        Assert.Equal("FINISHED", (string?)server.Calls[^1].Content["status"]);
        Assert.True((long)server.Calls[^1].Content["end_time"]! >= (long)server.Calls[2].Content["start_time"]!);
        Assert.Contains(server.Calls[2].Content["tags"]!.AsArray(), tag => (string?)tag!["key"] == "mlflow.note.content" && (string?)tag["value"] == "a note");
        var batches = server.Calls.Where(call => call.Path == "runs/log-batch").Select(call => call.Content).ToList();
        Assert.All(batches, batch => Assert.Equal("run-1", (string?)batch["run_id"]));
        var metrics = batches.SelectMany(batch => batch["metrics"]?.AsArray() ?? []).ToList();
        Assert.Equal((3 * 2) + 3 + 1500, metrics.Count);
        Assert.Contains(metrics, metric => (string?)metric!["key"] == "train/loss" && (long)metric["step"]! == 7 && metric["value"]!.ToString() == "NaN");
        Assert.Contains(metrics, metric => (string?)metric!["key"] == "evaluate/accuracy" && (long)metric["step"]! == 25);
        var settings = batches.SelectMany(batch => batch["params"]?.AsArray() ?? []).ToDictionary(one => (string)one!["key"]!, one => (string)one!["value"]!);
        Assert.Equal("0.05", settings["compile.optimizer.learning_rate"]);
        Assert.Equal("relu", settings["model.layers.0.activation"]);
        Assert.Equal("149", settings["more.v149"]);
    }

    [Fact]
    public void AnExperimentThatMlflowHasIsNotMadeAgain()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);
        using var server = new MlflowStub { Experiments = { "toy" } };

        Assert.Equal(0, program.Invoke("export", folder, "--format", "mlflow", "--output", server.Address));

        Assert.DoesNotContain(server.Calls, call => call.Path == "experiments/create");
    }

    [Fact]
    public void WhatMlflowRefusesIsToldInItsWords()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);
        using var server = new MlflowStub { Refusal = "The experiment is deleted" };

        Assert.Equal(1, program.Invoke("export", folder, "--format", "mlflow", "--output", server.Address));
        Assert.Contains("The experiment is deleted", program.Errors, StringComparison.Ordinal);
        server.Dispose();
        Assert.Equal(1, program.Invoke("export", folder, "--format", "mlflow", "--output", server.Address));
        Assert.Contains("cannot be reached", program.Errors, StringComparison.Ordinal);
        Assert.Equal(2, program.Invoke("export", folder, "--format", "mlflow", "--output", "nonsense"));
    }

    /// <summary>The calls of MLflow's REST API that a run needs, as its documentation says them, with its limits.</summary>
    private sealed class MlflowStub : IDisposable
    {
        private readonly HttpListener _listener = new();

        internal MlflowStub()
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            }

            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _ = Task.Run(Listen);
        }

        internal string Address { get; }

        internal HashSet<string> Experiments { get; } = [];

        internal string? Refusal { get; init; }

        internal List<(string Path, JsonObject Content)> Calls { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task Listen()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    var (status, answer) = Answer(context.Request, await reader.ReadToEndAsync());
                    context.Response.StatusCode = status;
                    await using var writer = new StreamWriter(context.Response.OutputStream);
                    await writer.WriteAsync(answer.ToJsonString());
                }
            }
            catch (Exception error) when (error is ObjectDisposedException or HttpListenerException)
            {
                // the end of the test
            }
        }

        private (int Status, JsonObject Answer) Answer(HttpListenerRequest request, string body)
        {
            const string Start = "/api/2.0/mlflow/";
            var path = request.Url!.AbsolutePath;
            if (!path.StartsWith(Start, StringComparison.Ordinal))
            {
                return (404, Error("ENDPOINT_NOT_FOUND", path));
            }

            var (call, content) = (path[Start.Length..], body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : []);
            Calls.Add((call, content));
            return (request.HttpMethod, call) switch
            {
                _ when Refusal is not null => (400, Error("INVALID_STATE", Refusal)),
                ("GET", "experiments/get-by-name") => request.QueryString["experiment_name"] is { } name && Experiments.Contains(name)
                    ? (200, new JsonObject { ["experiment"] = new JsonObject { ["experiment_id"] = "3", ["name"] = name } })
                    : (404, Error("RESOURCE_DOES_NOT_EXIST", "No such experiment")),
                ("POST", "experiments/create") => (200, new JsonObject { ["experiment_id"] = "4" }),
                ("POST", "runs/create") when content["start_time"] is not null => (200, new JsonObject { ["run"] = new JsonObject { ["info"] = new JsonObject { ["run_id"] = "run-1" } } }),
                ("POST", "runs/log-batch") when Count(content, "metrics") <= 1000 && Count(content, "params") <= 100 && Count(content, "metrics") + Count(content, "params") <= 1000 => (200, []),
                ("POST", "runs/update") when (string?)content["status"] is "FINISHED" or "FAILED" or "KILLED" or "RUNNING" => (200, []),
                _ => (400, Error("INVALID_PARAMETER_VALUE", call)),
            };
        }

        private static int Count(JsonObject content, string name) => content[name]?.AsArray().Count ?? 0;

        private static JsonObject Error(string code, string message) => new() { ["error_code"] = code, ["message"] = message };
    }
}
