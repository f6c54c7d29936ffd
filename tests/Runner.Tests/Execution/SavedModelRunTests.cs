using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Tests.Commands;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>Runs that begin with files of models, and that write them.</summary>
public class SavedModelRunTests
{
    private const string Data = """
        seed: 3
        data:
          toy:
            source: synthetic
            examples: {train: 64, test: 32}
            columns: {x: {shape: [4]}, y: {linear_of: x, classes: 3}}

        """;

    private const string Layers = """
        model:
          layers:
            - Dense: {units: 8, activation: relu, input_shape: [4], name: a}
            - BatchNormalization: {name: bn}
            - Dense: {units: 3, activation: softmax, name: b}

        """;

    private const string Compile = """
        compile: {loss: sparse_categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.05}}, metrics: [accuracy]}

        """;

    [Theory, MemberData(nameof(GoldenCases.Names), "continue", MemberType = typeof(GoldenCases))]
    public void AModelThatIsLoadedGoesOnLearningAsKerasWould(string name)
    {
        var golden = GoldenCases.Open("continue", name);
        using var folder = golden.Extract();
        using var program = new ProgramUnderTest();
        using var scope = NewDisposeScope();
        var limits = golden.Json("case.json");
        var (first, second, size) = ((int)limits["first"]!, (int)limits["second"]!, (int)limits["batch_size"]!);
        var half = Npz.Read(folder.Of("data.npz")).ToDictionary(array => array.Key, array => array.Value.narrow(0, first * size, second * size));
        Npz.Write(program.Of("data.npz"), half);
        var file = program.Write("on.yaml", $$$"""
            data: {d: {source: npz, path: data.npz}}
            model: {load: '{{{folder.Of(golden.Files.Contains("half.h5") ? "half.h5" : "half.keras")}}}'}
            run:
              - fit: {x: d.train.x, y: d.train.y, batch_size: {{{size}}}, shuffle: false}
              - save: last.keras
            """);

        Run(program, file);

        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "on")));
        var losses = limits["losses"]!.AsArray().Select(loss => (double)loss!).ToList();
        Assert.Equal(losses.Average(), (double)Results(run)[0]["values"]!["loss"]!, 2e-3 * losses.Average());
        using var expected = ModelFile.Load(folder.Of("final.h5"));
        using var saved = ModelFile.Load(Path.Combine(run, "last.keras"));
        foreach (var (wanted, weight) in expected.Model.Weights.Zip(saved.Model.Weights).Where(pair => pair.First.Path.StartsWith("out/", StringComparison.Ordinal)))
        {
            Assert.True(allclose(wanted.Value, weight.Value, 1e-3, 1e-4), wanted.Path); // before it, a normalization takes rounding off again
        }

        using var described = ModelFile.Describe(Path.Combine(run, "last.keras"));
        Assert.Equal((long)limits["iterations"]!, described.OptimizerSteps);
    }

    [Fact]
    public void AnEstimatorOfASavedModelMeasuresAsThatModelAndStaysWhatItWas()
    {
        using var program = new ProgramUnderTest();
        var file = program.Write("second.yaml", Data + Layers + Compile + """
            input_fns: {eval: {x: toy.test.x, y: toy.test.y, batch_size: 32, shuffle: false}}
            estimator: {mode: keras_model_path, keras_model_path: middle.h5}
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 3}
              - save: middle.h5
              - evaluate: {x: toy.test.x, y: toy.test.y}
              - evaluate: {input_fn: eval}
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 2}
              - evaluate: {input_fn: eval}
              - evaluate: {x: toy.test.x, y: toy.test.y}
            """);

        Run(program, file);

        var results = Results(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "second"))));
        var losses = new[] { 2, 3, 5, 6 }.Select(i => (double)results[i]["values"]!["loss"]!).ToList();
        Assert.Equal(losses[0], losses[1], 1e-6);
        Assert.Equal(losses[1], losses[2]);
        Assert.NotEqual(losses[2], losses[3], 1e-6);
        Assert.Equal(0, (int)results[3]["values"]!["global_step"]!);
    }

    [Fact]
    public void AModelCanBeCutFrozenAndUsedAsALayerAndThawedLater()
    {
        using var program = new ProgramUnderTest();
        var first = program.Write("first.yaml", Data + Layers + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 2}
              - save: base.keras
            """);
        Run(program, first);
        File.Copy(Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "first"))), "base.keras"), program.Of("base.keras"));
        var second = program.Write("second.yaml", Data + """
            model:
              models: {base: {load: base.keras, outputs: [a], trainable: false}}
              inputs: {x: {shape: [4]}}
              layers:
                - base
                - Dense: {units: 3, activation: softmax, name: head}

            """ + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 2}
              - save: {path: frozen.keras, of: base}
              - compile: {optimizer: {SGD: {learning_rate: 0.1}}, trainable: {base: true}}
              - fit: {x: toy.train.x, y: toy.train.y}
              - save: {path: thawed.keras, of: base}
              - save: whole.keras
            """);

        Run(program, second);

        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "second")));
        using var scope = NewDisposeScope();
        using var before = ModelFile.Load(program.Of("base.keras"));
        using var frozen = ModelFile.Load(Path.Combine(run, "frozen.keras"));
        using var thawed = ModelFile.Load(Path.Combine(run, "thawed.keras"));
        Assert.Equal(["a"], frozen.Model.Graph.Outputs.Select(port => port.Name));
        Assert.Equal([4L, 8L], frozen.Model.Weights[0].Value.shape);
        Assert.True(before.Model.Weights[0].Value.equal(frozen.Model.Weights[0].Value).all().item<bool>());
        Assert.False(before.Model.Weights[0].Value.equal(thawed.Model.Weights[0].Value).all().item<bool>());
        Assert.Equal(["fit", "save", "compile", "fit", "save", "save"], Results(run).Select(result => (string?)result["do"]));
        Assert.Equal([4, 4, 4, 6, 6, 6], Results(run).Select(result => (int)result["step"]!));
    }

    [Fact]
    public void AModelAmongTheLayersMayComeFromARunAndBeAskedByItself()
    {
        using var program = new ProgramUnderTest();
        Run(program, program.Write("first.yaml", Data + Layers + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 2}
              - save: whole.keras
              - predict: {x: toy.test.x}
              - evaluate: {x: toy.test.x, y: toy.test.y}
            """));
        var second = program.Write("second.yaml", Data + """
            model:
              models: {base: {load: first, trainable: false}}
              inputs: {x: {shape: [4]}}
              layers:
                - base
                - Dense: {units: 3, activation: softmax, name: head}

            """ + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y}
              - predict: {x: toy.test.x, of: base}
              - evaluate: {x: toy.test.x, y: toy.test.y, of: base}
            """);

        Run(program, second);

        var (one, other) = (Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "first"))), Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "second"))));
        using var scope = NewDisposeScope();
        Assert.Equal(Npz.Read(Path.Combine(one, "predictions.npz"))["b"].data<float>().ToArray(), Npz.Read(Path.Combine(other, "predictions.npz"))["b"].data<float>().ToArray());
        Assert.Equal((double)Results(one)[3]["values"]!["loss"]!, (double)Results(other)[2]["values"]!["loss"]!, 1e-6);
        Assert.Contains($"load: {one}", File.ReadAllText(Path.Combine(other, "resolved.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEstimatorStartsWithTheWeightsItIsToldTo()
    {
        using var program = new ProgramUnderTest();
        Run(program, program.Write("first.yaml", Data + Layers + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 3}
              - save: first.h5
              - evaluate: {x: toy.test.x, y: toy.test.y}
            """));
        var first = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "first")));
        var warm = program.Write("warm.yaml", Data + Layers.Replace("name: b}", "name: head}", StringComparison.Ordinal) + Compile + $$$"""
            input_fns: {eval: {x: toy.test.x, y: toy.test.y, shuffle: false}}
            estimator:
              warm_start_from:
                ckpt_to_initialize_from: '{{{Path.Combine(first, "first.h5")}}}'
                var_name_to_prev_var_name: {head/kernel: b/kernel, head/bias: b/bias}
            run:
              - evaluate: {input_fn: eval}
            """);

        Run(program, warm);

        var results = Results(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "warm"))));
        Assert.Equal((double)Results(first)[2]["values"]!["loss"]!, (double)results[0]["values"]!["loss"]!, 1e-6);
    }

    [Fact]
    public void AFolderOfCheckpointsGivesItsNewest()
    {
        using var program = new ProgramUnderTest();
        const string Inputs = "input_fns: {train: {x: toy.train.x, y: toy.train.y, shuffle: true}, eval: {x: toy.test.x, y: toy.test.y, shuffle: false}}\n";
        Run(program, program.Write("first.yaml", Data + Layers + Compile + Inputs + "estimator: {config: {model_dir: kept, save_checkpoints_steps: 1}}\nrun: [train: {input_fn: train, steps: 3}, evaluate: {input_fn: eval}]\n"));

        Run(program, program.Write("warm.yaml", Data + Layers + Compile + Inputs + "estimator: {warm_start_from: kept}\nrun: [evaluate: {input_fn: eval}]\n"));

        Assert.True(Directory.GetFiles(program.Of("kept"), "model.ckpt-*").Length > 1);
        var (first, warm) = (Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "first"))), Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "warm"))));
        Assert.Equal((double)Results(first)[1]["values"]!["loss"]!, (double)Results(warm)[0]["values"]!["loss"]!);
    }

    [Theory]
    [InlineData("model: {load: first}", "estimator: {}")]
    [InlineData("", "estimator: {mode: keras_model_path, keras_model_path: 'first@best:loss'}")]
    [InlineData(Layers + Compile, "estimator: {warm_start_from: first}")]
    public void ARunIsAModelToBeginWith(string model, string estimator)
    {
        using var program = new ProgramUnderTest();
        Run(program, program.Write("first.yaml", Data + Layers + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: 3}
              - evaluate: {x: toy.test.x, y: toy.test.y}
            """));
        var first = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "first")));
        var second = program.Write("second.yaml", $$$"""
            {{{Data}}}
            {{{model}}}
            input_fns: {eval: {x: toy.test.x, y: toy.test.y, batch_size: 32, shuffle: false}}
            {{{estimator}}}
            run:
              - evaluate: {input_fn: eval}
            """);

        Run(program, second);

        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "second")));
        Assert.Equal((double)Results(first)[1]["values"]!["loss"]!, (double)Results(run)[0]["values"]!["loss"]!, 1e-6);
        Assert.Contains(first, File.ReadAllText(Path.Combine(run, "resolved.yaml")), StringComparison.Ordinal);
        Assert.Equal(0, program.Invoke("predict", "second", "--input", Inputs(program), "--runs", program.Runs));
    }

    private static string Inputs(ProgramUnderTest program)
    {
        using var scope = NewDisposeScope();
        Npz.Write(program.Of("x.npz"), new Dictionary<string, Tensor> { ["x"] = ones(2, 4) });
        return program.Of("x.npz");
    }

    [Theory]
    [InlineData("vars_to_warm_start: 'a/.*'", 0)]
    [InlineData("vars_to_warm_start: ['a/', 'bn/']", 0)]
    [InlineData("vars_to_warm_start: '.*'", 1)]
    public void WhatShallNotStartWarmIsNotAskedFor(string said, int code)
    {
        using var program = new ProgramUnderTest();
        Run(program, program.Write("first.yaml", Data + Layers + Compile + """
            run:
              - fit: {x: toy.train.x, y: toy.train.y}
              - save: first.h5
            """));
        var first = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "first")));
        var warm = program.Write("warm.yaml", Data + Layers.Replace("name: b}", "name: head}", StringComparison.Ordinal) + Compile + $$$"""
            input_fns: {eval: {x: toy.test.x, y: toy.test.y, shuffle: false}}
            estimator: {warm_start_from: {ckpt_to_initialize_from: '{{{Path.Combine(first, "first.h5")}}}', {{{said}}}}}
            run:
              - evaluate: {input_fn: eval}
            """);

        Assert.Equal(code, program.Invoke("run", warm, "--runs", program.Runs));
        Assert.Equal(code == 1, program.Errors.Contains("has no weight 'head/kernel' to start 'head/kernel' from", StringComparison.Ordinal));
    }

    private static void Run(ProgramUnderTest program, string file)
    {
        var code = program.Invoke("run", file, "--runs", program.Runs);
        Assert.True(code == 0, program.Errors);
    }

    private static List<JsonNode> Results(string run) => [.. JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["results"]!.AsArray().Select(result => result!)];
}
