using System.Globalization;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Runs;

/// <summary>Folders of runs that never ran.</summary>
internal static class MadeUpRun
{
    /// <summary>Makes a folder with all that a reader asks for.</summary>
    /// <param name="root">The folder of runs.</param>
    /// <param name="name">The run's name and id.</param>
    /// <param name="losses">Its loss, a line each.</param>
    /// <param name="units">A setting, and the size of its only layer.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="status">How it ended.</param>
    internal static RunFolder Make(
        string root, string name, double[] losses, int units = 8, string rate = "0.01", int seed = 1, string status = "done")
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        var best = losses.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $$"""{"val_accuracy": {"value": {{1 - losses.Min()}}, "step": 7, "mode": "max"} }""");
        File.WriteAllText(Path.Combine(folder, "run.json"), $$"""
            {"format": 1, "experiment": "{{string.Concat(name.Split('/')[0].Where(char.IsAsciiLetterOrDigit))}}", "status": "{{status}}", "error": {{(status == "failed" ? "\"The loss is not a number.\"" : "null")}},
             "command": ["runner", "run", "e.yaml"], "seed": {{seed}}, "started": "2026-01-02T03:04:05.000Z", "ended": null, "seconds": 12.5, "git_commit": "abc",
             "machine": {"cores": 2}, "versions": {"dotnet": "10"}, "data": {"toy": {"toy.csv": "sha256:1"} },
             "weights": {"model": "sha256:2"},
             "results": [{"do": "fit", "step": {{losses.Length}}, "seconds": 10, "examples": 2000, "values": {"loss": 0.5} }], "best": {{(best.Length == 0 ? "{}" : best)}} }
            """);
        File.WriteAllLines(Path.Combine(folder, "metrics.jsonl"), losses.Select((loss, i) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"time": {{i}}, "step": {{i + 1}}, "epoch": {{i}}, "phase": "fit", "values": {"loss": {{loss}}, "val_accuracy": {{1 - loss}} } }""")));
        File.WriteAllText(Path.Combine(folder, "resolved.yaml"), $$"""
            name: {{string.Concat(name.Split('/')[0].Where(char.IsAsciiLetterOrDigit))}}
            seed: {{seed}}
            model:
              layers:
                - Dense: {name: null, units: {{units}}, activation: relu}
                - Dropout: {name: null, rate: 0.2}
            compile:
              optimizer:
                Adam: {learning_rate: {{rate}}, beta_1: 0.9}
              metrics: [accuracy]
            callbacks:
              - EarlyStopping: {patience: 3}

            """);
        var run = new RunFolder(folder);
        File.WriteAllText(run.ModelFile, new RunModel(
            [
                new RunLayer("dense", "Dense", [], $"[batch, {units}]", 5 * units, 5 * units, false, new Dictionary<string, string> { ["units"] = $"{units}", ["activation"] = "relu" }),
                new RunLayer("dropout", "Dropout", ["dense"], $"[batch, {units}]", 0, 0, false, new Dictionary<string, string> { ["rate"] = "0.2" }),
            ],
            ["dropout"]).ToJson());
        return run;
    }
}
