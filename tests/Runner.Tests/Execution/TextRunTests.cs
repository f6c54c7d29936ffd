using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Execution;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>Text from a table to a trained model: vocabularies are learned from <c>train</c> alone, and kept with the run.</summary>
public class TextRunTests
{
    private const string Words = """
        name: words
        seed: 1
        data:
          d:
            source: csv
            paths: {train: train.csv, test: test.csv}
            transform: {text: [TextVectorization: {output_sequence_length: 4}]}
        model:
          layers:
            - Embedding: {input_dim: $data.d.text.vocabulary_size, output_dim: 3, input_shape: [4], name: x}
            - GlobalAveragePooling1D
            - Dense: {units: 1, activation: sigmoid}
        compile: {loss: binary_crossentropy, optimizer: adam}
        run:
          - fit: {x: d.train.text, y: d.train.y, batch_size: 2}
          - evaluate: {x: d.test.text, y: d.test.y}

        """;

    private const string Head = """
        name: head
        seed: 1
        data:
          d: {source: csv, paths: {train: train.csv, test: test.csv}}
        model:
          inputs: {text: {shape: [], dtype: string}}
          layers:
            - TextVectorization: {output_mode: count, name: words}
            - Dense: {units: 1, activation: sigmoid}
        compile: {loss: binary_crossentropy, optimizer: adam}
        run:
          - fit: {x: d.train.text, y: d.train.y, batch_size: 2}
          - predict: {x: d.test.text, output: p.npz}
          - save: model.keras

        """;

    [Fact]
    public void TheVocabularyIsThatOfTrainAndTheRunKeepsIt()
    {
        using var program = Tables();
        var file = program.Write("words.yaml", Words);

        Assert.Equal(0, program.Invoke("run", file, "--runs", program.Runs));

        var folder = new RunFolder(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "words"))));
        var adapted = JsonNode.Parse(File.ReadAllText(folder.InFolder("adapted.json")))!;
        Assert.Equal(6, (int)adapted["sizes"]!["data.d.text.vocabulary_size"]!);
        Assert.Equal(["good", "plot", "film", "bad"], adapted["inputs"]!["x_input"]![0]!["TextVectorization"]!["vocabulary"]!.AsArray().Select(word => (string)word!));
        Assert.Contains("input_dim: $data.d.text.vocabulary_size", File.ReadAllText(folder.ResolvedFile), StringComparison.Ordinal);
    }

    [Fact]
    public void TheResolvedExperimentRunsAgainToTheSameFigures()
    {
        using var program = Tables();
        program.Invoke("run", program.Write("words.yaml", Words), "--runs", program.Runs);
        var first = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "words")));

        Assert.Equal(0, program.Invoke("run", Path.Combine(first, "resolved.yaml"), "--runs", program.Of("again")));

        var second = Assert.Single(Directory.GetDirectories(Path.Combine(program.Of("again"), "words")));
        Assert.Equal(LossOf(first), LossOf(second));
    }

    [Fact]
    public void WhatARunKeptTakesRawValuesWithoutItsData()
    {
        using var scope = NewDisposeScope();
        using var program = Tables();
        program.Invoke("run", program.Write("words.yaml", Words), "--runs", program.Runs);
        var folder = new RunFolder(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "words"))));
        File.Delete(program.Of("train.csv"));

        var adapted = AdaptedFile.Read(folder);
        var experiment = adapted.Into(ExperimentLoader.Load(folder.ResolvedFile, [], DataReading.Nothing, out _)!);
        using var column = adapted.Column("x_input", new ArrayValues(new TextArray(["Good, bad", "what plot"], 2)));

        Assert.Equal([2L, 5, 0, 0, 1, 3, 0, 0], column.Range(0, 2).data<long>().ToArray());
        Assert.Equal(6, ((Engine.Layers.Core.Embedding)experiment.Model!.Graph.Layers[1].Definition).InputDim);
    }

    [Fact]
    public void ValidateKnowsWhatOnlyTheDataTellWhenItReadsThem()
    {
        using var program = Tables();
        var file = program.Write("words.yaml", Words);

        Assert.Equal(0, program.Invoke("validate", file));
        Assert.Contains("Total params: ?\n", program.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("[batch, 4, 3]", program.Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Invoke("validate", file, "--data"));
        Assert.Contains("Total params: 22 (88.00 B)\n", program.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerAtTheHeadOfAModelLearnsFromTrainAndIsSavedWithTheModel()
    {
        using var scope = NewDisposeScope();
        using var program = Tables();
        var file = program.Write("head.yaml", Head);
        Assert.Equal(0, program.Invoke("validate", file));
        Assert.Contains("[batch, ?]", program.Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Invoke("validate", file, "--data"));
        Assert.Contains("[batch, 5]", program.Output, StringComparison.Ordinal);

        var code = program.Invoke("run", file, "--runs", program.Runs);

        Assert.True(code == 0, program.Errors);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "head")));
        using var saved = ModelFile.Load(Path.Combine(folder, "model.keras"));
        var predicted = saved.Model.Call([TextTensor.Encode(new TextArray(["good unseen film"], 1))], new Engine.Layers.Call(training: false, default))[0];
        var written = Npz.Read(Path.Combine(folder, "p.npz")).Values.Single();
        Assert.Equal(written[0].item<float>(), predicted[0].item<float>(), 1e-6);
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapted.json")))!["model"]!["words"]);
    }

    [Theory]
    [InlineData("words", Words, "x_input")]
    [InlineData("head", Head, "text")]
    public void ARunIsAskedAboutRawTextOnceItsDataAreGone(string name, string experiment, string input)
    {
        using var program = Tables();
        program.Invoke("run", program.Write(name + ".yaml", experiment), "--runs", program.Runs);
        File.Delete(program.Of("train.csv"));
        File.Delete(program.Of("test.csv"));

        var code = program.Invoke("predict", name, "--runs", program.Runs, "--input", program.Write("new.csv", $"{input}\nGood film!\nwhat a bad plot\n"), "--output", program.Of("y.npz"));

        Assert.True(code == 0, program.Errors);
        using var scope = NewDisposeScope();
        Assert.Equal([2L, 1], Npz.Read(program.Of("y.npz")).Values.Single().shape);
    }

    [Fact]
    public void ASavedModelTakesTextFromTables()
    {
        using var program = Tables();
        program.Invoke("run", program.Write("head.yaml", Head), "--runs", program.Runs);
        var model = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "head"))), "model.keras");

        Assert.Equal(0, program.Invoke("predict", model, "--input", program.Of("test.csv"), "--output", program.Of("y.parquet")));
        Assert.Equal([2L], ParquetTable.Read(program.Of("y.parquet"))["dense"].Shape);
        Assert.Equal(2, program.Invoke("predict", model, "--input", program.Write("numbers.csv", "text\n1\n2\n")));
        Assert.Contains("The input 'text' takes text, but", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEstimatorLearnsItsVocabularyFromWhatItIsTrainedOn()
    {
        using var program = Tables();
        var file = program.Write("estimator.yaml", Head[..Head.IndexOf("run:", StringComparison.Ordinal)].Replace("name: head", "name: estimator", StringComparison.Ordinal) + """
            input_fns:
              train: {x: {text: d.train.text}, y: d.train.y, batch_size: 2, num_epochs: null, shuffle: true}
              eval: {x: {text: d.test.text}, y: d.test.y, shuffle: false}
            estimator: {mode: keras_model}
            run:
              - train: {input_fn: train, steps: 4}
              - evaluate: {input_fn: eval}
            """);

        var code = program.Invoke("run", file, "--runs", program.Runs);

        Assert.True(code == 0, program.Errors);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "estimator")));
        var learned = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapted.json")))!["model"]!["words"]![0]!["TextVectorization"]!["vocabulary"]!;
        Assert.Equal(["good", "plot", "film", "bad"], learned.AsArray().Select(word => (string)word!));
    }

    [Fact]
    public void ALayerThatLearnsNeedsAStepThatTrains()
    {
        using var program = Tables();
        var file = program.Write("e.yaml", Head.Replace("fit: {x: d.train.text, y: d.train.y, batch_size: 2}", "evaluate: {x: d.test.text, y: d.test.y}", StringComparison.Ordinal));

        Assert.Equal(2, program.Invoke("validate", file));
        Assert.Contains("e.yaml:8:7: error: TextVectorization learns from the data of the first step that trains, and no step does.", program.Errors + program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TextWhereNumbersAreDueIsTold()
    {
        using var program = Tables();
        var file = program.Write("e.yaml", Head.Replace("dtype: string", "dtype: float32", StringComparison.Ordinal));

        Assert.Equal(2, program.Invoke("validate", file));
        Assert.Contains("e.yaml:8:7: error: TextVectorization takes text, but its input is float32 from 'text' (line 6).", program.Errors + program.Output, StringComparison.Ordinal);
    }

    private static ProgramUnderTest Tables()
    {
        var program = new ProgramUnderTest();
        program.Write("train.csv", "text,y\nGood film.,1\n\"bad plot, good film\",0\nGOOD good plot!,1\nbad,0\nplot film,1\n");
        program.Write("test.csv", "text,y\ngood unseen film,1\nbad unseen plot,0\n");
        return program;
    }

    private static double LossOf(string folder) => (double)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!["results"]![1]!["values"]!["loss"]!;
}
