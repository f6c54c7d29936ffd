using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Tests.Commands;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>Keras's own trainings as experiment files: from its start weights, with its callbacks, the run's figures and files are its own.</summary>
public class GoldenFitTests
{
    [Theory, MemberData(nameof(GoldenCases.Names), "fit", MemberType = typeof(GoldenCases))]
    public void ARunFitsAsKeras(string name)
    {
        var golden = GoldenCases.Open("fit", name);
        using var folder = golden.Extract();
        using var program = new ProgramUnderTest();
        var said = golden.Json("case.json");

        var code = program.Invoke("run", program.Write("fitted.yaml", Experiment(said, folder)), "--runs", program.Runs);

        Assert.True(code == 0, program.Errors);
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "fitted")));
        var lines = File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["phase"] == "fit").ToList();
        Assert.Equal(said["epochs_run"]!.AsArray().Select(epoch => (int)epoch!), lines.Select(line => (int)line["epoch"]!));
        var overflowed = said["history"]!["loss"]!.AsArray().Any(loss => loss is null); // then what metrics make of it depends on the order of sums
        foreach (var (figure, values) in said["history"]!.AsObject().Where(one => !overflowed || one.Key.EndsWith("loss", StringComparison.Ordinal)))
        {
            var ours = lines.Select(line => line["values"]![figure]).Where(value => value is not null).ToList();
            Assert.Equal(values!.AsArray().Count, ours.Count);
            Assert.All(values.AsArray().Zip(ours), pair => AssertSame(figure, pair.First, pair.Second!));
        }

        Assert.All(said["files"]!.AsArray(), file => Assert.True(File.Exists(Path.Combine(run, (string)file!)), (string)file!));
    }

    private static void AssertSame(string figure, JsonNode? expected, JsonNode actual)
    {
        if (expected is null || actual.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            Assert.True(expected is null && (string?)actual is "NaN" or "Infinity" or "-Infinity", figure);
            return;
        }

        Assert.Equal((double)expected, (double)actual, 1e-3 + (5e-3 * Math.Abs((double)expected)));
    }

    /// <summary>The case as an experiment file: JSON is YAML.</summary>
    private static string Experiment(JsonNode said, TempFolder folder)
    {
        using var scope = NewDisposeScope();
        var data = Npz.Read(folder.Of("data.npz"));
        string[] examples = [.. data.Keys.Where(name => !name.Contains('v', StringComparison.Ordinal))];
        Npz.Write(folder.Of("train.npz"), examples.ToDictionary(name => name, name => data[name]));
        Npz.Write(folder.Of("test.npz"), examples.Where(name => name != "sample_weight").ToDictionary(name => name, name => data[name.Insert(1, "v")]));
        using var model = ModelFile.Describe(folder.Of("initial.h5"));

        JsonNode Columns(string split, string letter, IEnumerable<string> ports) => ports.ToList() is { Count: > 1 } several
            ? new JsonObject(several.Select((port, i) => KeyValuePair.Create<string, JsonNode?>(port, $"d.{split}.{letter}{(i == 0 ? "" : "2")}")))
            : JsonValue.Create($"d.{split}.{letter}");

        JsonNode X(string split) => Columns(split, "x", model.Model.Graph.Inputs.Select(port => port.Name));
        JsonNode Y(string split) => Columns(split, "y", model.Model.Graph.Outputs.Select(port => port.Name));
        var fit = said["fit"]!.DeepClone().AsObject();
        (fit["x"], fit["y"]) = (X("train"), Y("train"));
        if (fit["validation_data"] is not null)
        {
            fit["validation_data"] = new JsonObject { ["x"] = X("test"), ["y"] = Y("test") };
        }

        if (fit["sample_weight"] is not null)
        {
            fit["sample_weight"] = "d.train.sample_weight";
        }

        fit["callbacks"] = said["callbacks"]?.DeepClone();
        return new JsonObject
        {
            ["data"] = new JsonObject { ["d"] = new JsonObject { ["source"] = "npz", ["paths"] = new JsonObject { ["train"] = folder.Of("train.npz"), ["test"] = folder.Of("test.npz") } } },
            ["model"] = new JsonObject { ["load"] = folder.Of("initial.h5") },
            ["compile"] = said["compile"]!.DeepClone(),
            ["run"] = new JsonArray(new JsonObject { ["fit"] = fit }),
        }.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
    }
}
