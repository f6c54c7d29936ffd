namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>A classifier that is trained in a moment on data made up for it.</summary>
internal static class SmallExperiment
{
    /// <summary>The file: 25 steps of an estimator, a figure every ten, and an evaluation.</summary>
    public const string Text = """
        seed: 3
        data:
          toy:
            source: synthetic
            examples: {train: 70, test: 20}
            columns: {x: {shape: [4]}, y: {linear_of: x, classes: 3}}
        model:
          layers:
            - Dense: {units: 8, activation: relu, input_shape: [4], name: x}
            - Dense: {units: 3, activation: softmax}
        compile: {loss: sparse_categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.05}}, metrics: [accuracy]}
        input_fns:
          train: {x: toy.train.x, y: toy.train.y, batch_size: 16, num_epochs: null, shuffle: true}
          eval: {x: toy.test.x, y: toy.test.y, shuffle: false}
        estimator: {config: {log_step_count_steps: 10}}
        run:
          - train: {input_fn: train, steps: 25}
          - evaluate: {input_fn: eval}
        """;

    /// <summary>Runs it; the result is the run's folder.</summary>
    public static string Run(ProgramUnderTest program, params string[] overrides)
    {
        var before = Folders(program);
        var code = program.Invoke(["run", program.Write("toy.yaml", Text), "--runs", program.Runs, .. overrides.SelectMany(one => new[] { "--set", one })]);
        Assert.True(code == 0, program.Errors);
        return Assert.Single(Folders(program).Except(before));
    }

    private static List<string> Folders(ProgramUnderTest program) =>
        Directory.Exists(program.Runs) ? [.. Directory.GetDirectories(program.Runs).SelectMany(Directory.GetDirectories)] : [];
}
