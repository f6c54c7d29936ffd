using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>Processes killed at moments that are chosen; those of chance are in <c>tests/torture</c>.</summary>
public sealed class KillTests
{
    // Measuring takes long against training, and a run is kept at its last step before it, so what is killed a moment later is measuring.
    private const string Model = """
        seed: 1
        data: {toy: {source: synthetic, examples: {train: 64, test: 40000}, columns: {x: {shape: [12, 12, 3]}, y: {classes: 3}}}}
        model:
          layers:
            - Conv2D: {filters: 24, kernel_size: 3, activation: relu, input_shape: [12, 12, 3], name: x}
            - BatchNormalization
            - Conv2D: {filters: 24, kernel_size: 3, activation: relu}
            - Dropout: {rate: 0.3}
            - Flatten
            - Dense: {units: 3, activation: softmax}
        compile: {loss: sparse_categorical_crossentropy, optimizer: adam, metrics: [acc]}
        callbacks:
          - ModelCheckpoint: {filepath: "best.weights.h5", monitor: val_acc, save_weights_only: true, save_best_only: true}
          - CSVLogger: {filename: log.csv, append: true}
        input_fns:
          train: {x: toy.train.x, y: toy.train.y, batch_size: 16, num_epochs: null, shuffle: true}
          eval: {x: toy.test.x, y: toy.test.y, shuffle: false}
        runtime: {checkpoint: {every: {steps: 4}}}
        """;

    private const string Fit = "run: [fit: {x: toy.train.x, y: toy.train.y, batch_size: 16, epochs: 2, validation_data: toy.test}]";
    private const string Predict = "run: [fit: {x: toy.train.x, y: toy.train.y, batch_size: 16, callbacks: []}, predict: {x: toy.test.x, output: p.npy}]";

    private const string TrainAndEvaluate = """
        estimator: {}
        run:
          - train_and_evaluate:
              train: {input_fn: train, max_steps: 8}
              eval: {input_fn: eval, steps: 5, every: {steps: 4}, exporters: [BestExporter: {exports_to_keep: 1}, FinalExporter: {name: final}]}
        """;

    [Theory]
    [InlineData(Fit, "checkpoints/resume.ckpt-2.safetensors", 200)] // in the first validation
    [InlineData(Fit, "best.weights.h5", 0)] // in the callbacks of the first epoch's end
    [InlineData(Predict, "checkpoints/resume.ckpt-3.safetensors", 200)] // in the prediction
    [InlineData(TrainAndEvaluate, "export/best_exporter/4.keras", 0)] // among the exporters
    [InlineData(TrainAndEvaluate, "export/final/8.keras", 0)] // at the end
    public void ARunThatIsKilledGoesOnAsIfItHadNotBeen(string steps, string file, int milliseconds)
    {
        using var program = new ProgramUnderTest();
        var experiment = program.Write("killed.yaml", Model + "\n" + steps + "\n");
        Assert.True(program.Invoke("run", experiment, "--runs", program.Of("whole")) == 0, program.Errors);
        var whole = Assert.Single(Directory.GetDirectories(program.Of("whole/killed")));

        var folder = Kill(program, experiment, file, milliseconds);
        Assert.NotEqual("done", (string?)Record(folder)["status"]);
        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Equal(Files(whole), Files(folder));
        Assert.Equal(Record(whole)["weights"]!.ToJsonString(), Record(folder)["weights"]!.ToJsonString());
        Assert.Equal(Measured(whole), Measured(folder));
    }

    /// <summary>Starts a run and kills it a while after a file is there.</summary>
    private static string Kill(ProgramUnderTest program, string experiment, string file, int milliseconds)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "runner.dll"), "run", experiment, "--runs", program.Runs])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            _ = process.StandardError.ReadToEndAsync();
            _ = process.StandardOutput.ReadToEndAsync();
            var (patience, runs) = (Stopwatch.StartNew(), Path.Combine(program.Runs, "killed"));
            while (!(Directory.Exists(runs) && Directory.GetDirectories(runs) is [var run] && File.Exists(Path.Combine(run, file))))
            {
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(120) && !process.HasExited, "The run did not come that far.");
                Thread.Sleep(2);
            }

            Thread.Sleep(milliseconds);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        return Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "killed")));
    }

    private static JsonNode Record(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;

    /// <summary>What callbacks, steps and exporters left: names, and all bytes but of archives, which hold the time.</summary>
    private static List<string> Files(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path))
            .Where(name => Path.GetExtension(name) is ".h5" or ".csv" or ".npy" or ".keras" or ".new").Order(StringComparer.Ordinal)
            .Select(name => name.EndsWith(".keras", StringComparison.Ordinal) ? name : $"{name} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))}"),
    ];

    private static List<string> Measured(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("time");
        return json.ToJsonString();
    })];
}
