using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>Callbacks, hooks and evaluations in whole runs.</summary>
public class CallbackRunTests
{
    [Fact]
    public void AnEstimatorIsMeasuredWhileItTrainsAndCallbacksSeeIt()
    {
        using var program = new ProgramUnderTest();

        var run = Run(program, """
            - train_and_evaluate:
                train: {input_fn: train, max_steps: 40, hooks: [StopAtStepHook: {num_steps: 30}]}
                eval: [{input_fn: eval, every: {steps: 10}, exporters: {LatestExporter: {name: latest, exports_to_keep: 1}}}, {input_fn: train, steps: 2, name: seen, every: {steps: 20}}]
                callbacks:
                  - CSVLogger: {filename: log.csv}
                  - ModelCheckpoint: {filepath: "m_{epoch}.keras", monitor: val_acc, save_best_only: false}
            """);

        Assert.Equal(["30.keras"], Directory.GetFiles(Path.Combine(run, "export", "latest")).Select(Path.GetFileName));
        Assert.Equal(["m_1.keras", "m_2.keras", "m_3.keras"], Directory.GetFiles(run, "m_*.keras").Select(Path.GetFileName).Order());
        Assert.StartsWith("epoch,accuracy,loss,val_accuracy,val_loss\r\n0,", File.ReadAllText(Path.Combine(run, "log.csv")), StringComparison.Ordinal);
        var lines = File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["phase"] == "evaluate").ToList();
        Assert.Equal(["10 ", "20 seen", "20 ", "30 seen", "30 "], lines.Select(line => $"{line["step"]} {line["name"]}"));
        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["results"]!.AsArray().Single()!;
        Assert.Equal("train_and_evaluate", (string?)result["do"]);
        Assert.Equal((double)lines[^1]["values"]!["loss"]!, (double)result["values"]!["loss"]!);
    }

    [Fact]
    public void AScheduleThatCountsEpochsCountsThoseOfTheFirstTraining()
    {
        using var program = new ProgramUnderTest();

        var run = Run(
            program,
            "- fit: {x: toy.train.x, y: toy.train.y, batch_size: 35, epochs: 4, shuffle: false, callbacks: [CSVLogger: {filename: log.csv}]}",
            "compile.optimizer.Adam.learning_rate={PiecewiseConstantDecay: {boundaries: [{epochs: 1}], values: [0.1, 0.0]}}");

        var losses = File.ReadAllLines(Path.Combine(run, "log.csv")).Skip(1).Select(line => line.Split(',')[2]).ToList();
        Assert.Equal(4, losses.Count);
        Assert.NotEqual(losses[0], losses[1]);
        Assert.Equal(losses[2], losses[3]); // Keras's boundary is the last step of its value: the second epoch's first step moves still
    }

    [Fact]
    public void CallbacksOfTheFileLookOnAtEveryStepThatHasNoneOfItsOwn()
    {
        using var program = new ProgramUnderTest();

        var run = Run(
            program,
            """
            - fit: {x: toy.train.x, y: toy.train.y, epochs: 9, validation_data: toy.test}
            - fit: {x: toy.train.x, y: toy.train.y, epochs: 3, callbacks: []}
            """,
            "callbacks=[EarlyStopping: {monitor: val_acc, baseline: 2, patience: 2}]");

        var epochs = File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.InRange(epochs.Count(line => line["fit"] is null), 2, 8);
        Assert.Equal(3, epochs.Count(line => (int?)line["fit"] == 2));
    }

    private static string Run(ProgramUnderTest program, string steps, params string[] overrides)
    {
        var head = SmallExperiment.Text[..SmallExperiment.Text.IndexOf("run:", StringComparison.Ordinal)];
        var text = $"{head}run:\n{string.Join('\n', steps.Split('\n').Select(line => "  " + line))}\n";
        var code = program.Invoke(["run", program.Write("toy.yaml", text), "--runs", program.Runs, .. overrides.SelectMany(one => new[] { "--set", one })]);
        Assert.True(code == 0, program.Errors);
        return Assert.Single(Directory.GetDirectories(program.Runs).SelectMany(Directory.GetDirectories));
    }
}
