using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>Models that Keras saved, asked through the commands that people use.</summary>
public class SavedModelCommandTests
{
    [Theory, MemberData(nameof(GoldenCases.Names), "keras2", MemberType = typeof(GoldenCases))]
    public void AModelOfKeras2PredictsWhatItPredicted(string name) => AssertPredicts("keras2", name, "model.h5");

    [Theory, MemberData(nameof(GoldenCases.Names), "keras3", MemberType = typeof(GoldenCases))]
    public void AModelOfKeras3PredictsWhatItPredicted(string name) => AssertPredicts("keras3", name, "model.keras");

    [Fact]
    public void ASingleArrayMayHaveAnyNameAndAnyKindOfNumbers()
    {
        using var scope = NewDisposeScope();
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();
        var x = Npz.Read(folder.Of("data.npz"))["x"];
        Npz.Write(program.Of("named.npz"), new Dictionary<string, Tensor> { ["in0"] = x, ["other"] = zeros(160) });
        Npz.Write(program.Of("any.npz"), new Dictionary<string, Tensor> { ["digits"] = x.to_type(ScalarType.Float64) });
        Npz.Write(program.Of("flat.npz"), new Dictionary<string, Tensor> { ["x"] = x.squeeze(-1), ["y"] = zeros(160) });
        Npz.Write(program.Of("numbered.npz"), new Dictionary<string, Tensor> { ["arr_0"] = x.reshape(160, 36), ["arr_1"] = zeros(160) });
        using (var file = File.Create(program.Of("alone.npy")))
        {
            Npy.Write(file, x);
        }

        var outputs = new List<Tensor>();
        foreach (var input in new[] { "named.npz", "any.npz", "flat.npz", "numbered.npz", "alone.npy" })
        {
            Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", program.Of(input), "--output", program.Of("y.npz"), "--batch-size", "47"));
            outputs.Add(Npz.Read(program.Of("y.npz"))["out"]);
        }

        Assert.All(outputs, output => Assert.True(allclose(outputs[0], output, 1e-6, 1e-7)));
        Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", $"in0={program.Of("alone.npy")}", "--output", program.Of("y.csv")));
        Assert.Equal("out_0,out_1,out_2", File.ReadLines(program.Of("y.csv")).First());
        Assert.Equal(161, File.ReadLines(program.Of("y.csv")).Count());
    }

    [Fact]
    public void ArraysThatNothingTakesMayHaveAnyLengthAndThoseThatAreTakenOne()
    {
        using var scope = NewDisposeScope();
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();
        var x = Npz.Read(folder.Of("data.npz"))["x"];
        Npz.Write(program.Of("more.npz"), new Dictionary<string, Tensor> { ["in0"] = x, ["notes"] = zeros(7), ["side"] = zeros(3, 2) });
        Npz.Write(program.Of("unlike.npz"), new Dictionary<string, Tensor> { ["x"] = x, ["y"] = zeros(159) });

        Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", program.Of("more.npz"), "--output", program.Of("y.npz")));
        Assert.Equal(2, program.Invoke("evaluate", folder.Of("half.keras"), "--input", program.Of("unlike.npz")));

        Assert.Equal(160, Npz.Read(program.Of("y.npz"))["out"].shape[0]);
        Assert.EndsWith("unlike.npz gives 160 rows for 'in0', and 159 for 'out'.\n", program.Errors, StringComparison.Ordinal);
    }

    [Theory, InlineData(".png"), InlineData(".bmp"), InlineData(".gif"), InlineData(".jpg"), InlineData(".jpeg")]
    public void APictureIsABatchOfOne(string ending)
    {
        using var scope = NewDisposeScope();
        using var program = new ProgramUnderTest();
        using (var model = ModelFile.Load(program.Write("mean.json", """
            {"class_name": "Sequential", "config": {"name": "mean", "layers": [
                {"class_name": "InputLayer", "config": {"batch_shape": [null, null, null, 3], "name": "picture"}},
                {"class_name": "GlobalAveragePooling2D", "config": {"name": "mean"}}]}}
            """)))
        {
            ModelFile.Save(program.Of("mean.keras"), model.Model);
        }

        File.WriteAllBytes(program.Of("red" + ending), PictureFiles.RedPixel(ending));

        Assert.Equal(0, program.Invoke("predict", program.Of("mean.keras"), "--input", program.Of("red" + ending), "--output", program.Of("y.npz")));

        var mean = Npz.Read(program.Of("y.npz"))["mean"];
        Assert.Equal([1L, 3], mean.shape);
        Assert.True(allclose(mean, tensor([255f, 0, 0], [1, 3]), 0, 1)); // JPEG rounds
    }

    [Fact]
    public void ATableIsReadByTheNamesOfItsColumns()
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();
        Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", folder.Of("data.npz"), "--output", program.Of("y.npz")));
        using var scope = NewDisposeScope();
        var x = Npz.Read(folder.Of("data.npz"))["x"].reshape(-1, 36);
        var rows = Enumerable.Range(0, (int)x.shape[0]).Select(row => string.Join(',', x[row].data<float>().ToArray().Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        var table = program.Write("x.csv", string.Join(',', Enumerable.Range(0, 36).Select(i => $"in0_{i}")) + "\n" + string.Join('\n', rows) + "\n");

        Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", table, "--output", program.Of("z.npz")));

        Assert.True(allclose(Npz.Read(program.Of("y.npz"))["out"], Npz.Read(program.Of("z.npz"))["out"], 1e-5, 1e-6));
    }

    [Fact]
    public void ProgramsAreTold()
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("evaluate", folder.Of("half.keras"), "--input", folder.Of("data.npz"), "--json"));
        Assert.Equal(["loss", "accuracy"], JsonNode.Parse(program.Output)!.AsObject().Select(pair => pair.Key));

        Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", folder.Of("data.npz"), "--json"));
        var predicted = JsonNode.Parse(program.Output)!;
        Assert.Equal([160, 3], predicted["outputs"]!["out"]!["shape"]!.AsArray().Select(length => (int)length!));
        Assert.Equal(1, predicted["outputs"]!["out"]!["values"]![5]!.AsArray().Sum(number => (double)number!), 1e-5);

        Assert.Equal(0, program.Invoke("show", folder.Of("half.keras"), "--json"));
        var shown = JsonNode.Parse(program.Output)!;
        Assert.Equal(("Adam", 10, 251), ((string?)shown["optimizer"], (int)shown["optimizer_steps"]!, (int)shown["params"]!));
    }

    [Theory]
    [InlineData("keras")]
    [InlineData("h5")]
    public void WhatIsExportedIsTheSameModelWithItsOptimizer(string format)
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("export", folder.Of("half.keras"), "--format", format, "--output", program.Of($"out.{format}")));

        Assert.Equal($"{program.Of($"out.{format}")}\n", program.Output);
        program.Invoke("evaluate", folder.Of("half.keras"), "--input", folder.Of("data.npz"));
        var before = program.Output;
        Assert.Equal(0, program.Invoke("evaluate", program.Of($"out.{format}"), "--input", folder.Of("data.npz")));
        Assert.Equal(before, program.Output);
        using var described = ModelFile.Describe(program.Of($"out.{format}"));
        Assert.Equal(10, described.OptimizerSteps);
    }

    [Theory]
    [InlineData("predict half.keras --input nosuch.npz", "error: There is no file nosuch.npz.\n")]
    [InlineData("predict nosuch.keras --input data.npz --runs .", "error: There is no file 'nosuch.keras', and no run of that name in FOLDER.\n")]
    [InlineData("predict data.npz --input data.npz", "error: data.npz: The archive has no config.json: it is no Keras model.\n")]
    [InlineData("predict half.keras --input case.json", "error: case.json cannot be read: its ending is none of .csv, .npy, .npz, .parquet, .bmp, .gif, .jpeg, .jpg, .png.\n")]
    [InlineData("predict half.keras --input data.npz --output y.txt", "error: Predictions cannot be written as 'y.txt'. Expected a file that ends in .npz, .npy, .csv or .parquet.\n")]
    [InlineData("predict half.keras --input in1=data.npz", "error: data.npz has 2 arrays, so they cannot all be 'in1'. Leave 'in1=' out.\n")]
    [InlineData("predict half.keras --input data.npz --batch-size 0", "error: --batch-size is 0, which is out of range: at least 1.\n'runner predict --help' tells what can be said.\n")]
    [InlineData("predict half.keras --input other.npz", "error: other.npz has no array for the input 'in0'. Did you mean 'in_0'? It has in_0, b; the inputs are in0 [batch, 6, 6, 1].\n")]
    [InlineData("predict half.keras --input shape.npz", "error: The input 'in0' takes [batch, 6, 6, 1], but shape.npz gives [2, 5].\n")]
    [InlineData("predict half.keras --input none.npz", "error: There are no examples.\n")]
    [InlineData("evaluate final.h5 --input data.npz", "error: final.h5 is not compiled: it does not say what to measure.\n")]
    [InlineData("evaluate half.keras --input shape.npz", "error: The input 'in0' takes [batch, 6, 6, 1], but shape.npz gives [2, 5].\n")]
    [InlineData("export half.keras --format kers", "error: There is no format 'kers'. Did you mean 'keras'? Expected one of csv, h5, json, keras, keras2, mlflow, onnx, safetensors, tensorboard, weights.\n")]
    [InlineData("export half.keras --format h5 --output a.keras", "error: 'a.keras' does not end in .h5, as files of the format h5 do.\n")]
    [InlineData("show nosuch.h5 --runs .", "error: There is no file 'nosuch.h5', and no run of that name in FOLDER.\n")]
    [InlineData("show data.npz", "error: data.npz: The archive has no config.json: it is no Keras model.\n")]
    public void AMistakeIsToldInASentence(string command, string told)
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();
        using (NewDisposeScope())
        {
            Npz.Write(folder.Of("other.npz"), new Dictionary<string, Tensor> { ["in_0"] = zeros(2, 6, 6, 1), ["b"] = zeros(2) });
            Npz.Write(folder.Of("shape.npz"), new Dictionary<string, Tensor> { ["x"] = zeros(2, 5) });
            Npz.Write(folder.Of("none.npz"), new Dictionary<string, Tensor> { ["x"] = zeros(0, 6, 6, 1) });
        }

        var words = command.Split(' ').Select(word => word == "." || (word.Contains('.', StringComparison.Ordinal) && !word.Contains('=', StringComparison.Ordinal)) ? folder.Of(word) : word.Replace("=", $"={folder.Path}/", StringComparison.Ordinal));
        var code = program.Invoke([.. words]);

        Assert.Equal(told.Replace("FOLDER", Path.GetFullPath(folder.Path), StringComparison.Ordinal), program.Errors.Replace(folder.Path + "/", "", StringComparison.Ordinal));
        Assert.Equal("", program.Output);
        Assert.Equal(2, code);
    }

    [Fact]
    public void BothEnginesPredictTheSame()
    {
        var golden = GoldenCases.Open("keras3", "conv2dT_same_s1");
        using var folder = golden.Extract();
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("predict", folder.Of("model.keras"), "--input", folder.Of("x.npz"), "--output", program.Of("y.npz"), "--engine", "onnx"));

        AssertClose(golden, folder.Of("y.npz"), program.Of("y.npz"));
    }

    [Theory, MemberData(nameof(GoldenCases.Names), "continue", MemberType = typeof(GoldenCases))]
    public void BothEnginesMeasureTheSame(string name)
    {
        using var folder = GoldenCases.Open("continue", name).Extract();
        var model = folder.Of(File.Exists(folder.Of("half.keras")) ? "half.keras" : "half.h5");
        var (torch, onnx) = (Measured("torch"), Measured("onnx"));

        Assert.Equal(torch.Select(figure => figure.Key), onnx.Select(figure => figure.Key));
        Assert.All(torch.Zip(onnx), pair => Assert.Equal((double)pair.First.Value!, (double)pair.Second.Value!, 1e-4));

        JsonObject Measured(string engine)
        {
            using var program = new ProgramUnderTest();
            Assert.True(program.Invoke("evaluate", model, "--input", folder.Of("data.npz"), "--batch-size", "5", "--engine", engine, "--json") == 0, program.Errors);
            return JsonNode.Parse(program.Output)!.AsObject();
        }
    }

    [Fact]
    public void WhatOnnxCannotSayIsNamed()
    {
        using var scope = NewDisposeScope();
        using var program = new ProgramUnderTest();
        Npz.Write(program.Of("x.npz"), new Dictionary<string, Tensor> { ["x"] = arange(3).unsqueeze(1), ["y"] = zeros(3, 4) });
        Assert.Equal(0, program.Invoke("run", program.Write("bins.yaml", """
            seed: 1
            data: {d: {source: npz, paths: {train: x.npz}}}
            model:
              inputs: {x: {shape: [1], dtype: int64}}
              layers: [Hashing: {num_bins: 5, output_mode: one_hot, name: bins}, Dense: {units: 4}]
            compile: {loss: mse, optimizer: sgd}
            run: [fit: {x: d.train.x, y: d.train.y}]
            """), "--runs", program.Runs));

        Assert.Equal(2, program.Invoke("predict", "bins", "--input", program.Of("x.npz"), "--output", program.Of("y.npz"), "--engine", "onnx", "--runs", program.Runs));

        Assert.Equal(
            "warning: 'y' is not used.\nerror: The layer 'bins' cannot be said in ONNX: it hashes, and ONNX has no operators for digits, letters and bits. --engine torch computes it.\n",
            program.Errors);
    }

    private static void AssertPredicts(string set, string name, string file)
    {
        var golden = GoldenCases.Open(set, name);
        using var folder = golden.Extract();
        using var program = new ProgramUnderTest();

        var code = program.Invoke("predict", folder.Of(file), "--input", folder.Of("x.npz"), "--output", program.Of("y.npz"), "--batch-size", "2");

        Assert.True(code == 0, program.Errors);
        AssertClose(golden, folder.Of("y.npz"), program.Of("y.npz"));
    }

    private static void AssertClose(GoldenCase golden, string expectedFile, string actualFile)
    {
        using var scope = NewDisposeScope();
        var (expected, actual, limits) = (Npz.Read(expectedFile), Npz.Read(actualFile), golden.Json("case.json"));
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (output, values) in expected)
        {
            Assert.Equal(values.shape, actual[output].shape);
            var (wide, real) = (values.to_type(ScalarType.Float64), actual[output].to_type(ScalarType.Float64));
            var over = (wide - real).abs() - ((double)limits["rtol"]! * wide.abs()) - (double)limits["atol"]!;
            Assert.True(over.numel() == 0 || over.max().item<double>() <= 0, $"{golden.Name}: {output} is off by {(wide - real).abs().max().item<double>():g3}");
        }
    }
}
