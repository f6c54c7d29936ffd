using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class ResolvedTests
{
    private const string File = """
        seed: 1
        vars: {width: 10, size: [28, 28, 1], prefix: conv, user: $env.PATH}
        data:
          mnist:
            source: mnist
            transform:
              x: [Rescaling: {scale: 1/255}, Reshape: {target_shape: $vars.size}]
              y: [to_categorical: {num_classes: $vars.width}]
        model:
          blocks:
            res:
              args: {filters: 16, how: relu}
              layers:
                - Conv2D: {filters: $filters, kernel_size: [3, 3], padding: same, activation: $how, name: "$$_${filters}"}
          layers:
            - Conv2D: {filters: 8, kernel_size: 3, input_shape: $vars.size, name: x}
            - res: {filters: 4, repeat: 2}
            - Flatten:
            - Dense: {units: $vars.width, activation: softmax, name: "${vars.prefix}_5$"}
        compile: {loss: categorical_crossentropy, optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 100}}}}, metrics: [acc]}
        input_fns:
          train: {x: {x_input: mnist.train.x}, y: mnist.train.y, num_epochs: null, shuffle: true}
        estimator: {mode: keras_model}
        run:
          - train: {input_fn: train, steps: 10}
        """;

    /// <summary>What a run writes down as resolved is an experiment file itself, and resolves to itself.</summary>
    [Fact]
    public void AResolvedExperimentResolvesToItself()
    {
        using var folder = new TempFolder();
        System.IO.File.WriteAllText(folder.Of("e.yaml"), File);

        var first = Resolved(folder.Of("e.yaml"));
        System.IO.File.WriteAllText(folder.Of("resolved.yaml"), first);

        Assert.Equal(first, Resolved(folder.Of("resolved.yaml")));
        Assert.Contains("user: $env.PATH", first, StringComparison.Ordinal);
        Assert.Contains("activation: $how", first, StringComparison.Ordinal);
        Assert.Contains("name: '$$_${filters}'", first, StringComparison.Ordinal);
        Assert.Contains("units: 10\n", first, StringComparison.Ordinal);
        Assert.Contains("scale: 1/255", first, StringComparison.Ordinal);
        Assert.Contains("conv_5$", first, StringComparison.Ordinal);
    }

    private static string Resolved(string file)
    {
        var experiment = ExperimentLoader.Load(file, [], DataReading.Nothing, out var mistakes);
        Assert.Equal("", new MistakePrinter(colour: false).Print(mistakes.Errors));
        return experiment!.ToYaml();
    }
}
