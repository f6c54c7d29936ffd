using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Tests.Commands;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Serving;

/// <summary>Models over HTTP, in the words of TensorFlow Serving.</summary>
public class ServeTests
{
    [Theory]
    [InlineData(PredictionEngine.Torch)]
    [InlineData(PredictionEngine.Onnx)]
    [InlineData(null)]
    internal async Task APredictionByRowsAndByColumnsIsWhatPredictSays(PredictionEngine? engine)
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();
        Assert.Equal(0, program.Invoke("predict", folder.Of("half.keras"), "--input", folder.Of("data.npz"), "--engine", "torch", "--json"));
        var expected = Numbers(JsonNode.Parse(program.Output)!["outputs"]!["out"]!["values"]!);
        var x = Nested(folder.Of("data.npz"), "x");
        await using var server = await ServerUnderTest.Start(folder.Of("half.keras"), engine);

        var byRow = await server.Predict($$"""{"instances": {{x}}}""");
        var named = await server.Predict($$"""{"signature_name": "serving_default", "instances": [{"in0": {{JsonNode.Parse(x)![0]!.ToJsonString()}}}]}""");
        var byColumn = await server.Predict($$"""{"inputs": {{x}}}""");
        var namedColumn = await server.Predict("{\"inputs\": {\"in0\": " + x + "}}");

        using var npy = new MemoryStream();
        Npy.Write(npy, Npz.Read(folder.Of("data.npz"))["x"]);
        var array = await server.Predict(npy.ToArray(), "application/octet-stream");
        var noArray = await server.Predict("abc"u8.ToArray(), "application/x-npy");

        Assert.Equal((400, "The request is no NumPy array."), (noArray.Status, (string?)noArray.Answer["error"]));
        Assert.Equal(200, array.Status);
        AssertClose(expected, Numbers(array.Answer["predictions"]!));
        Assert.Equal((200, 200, 200, 200), (byRow.Status, named.Status, byColumn.Status, namedColumn.Status));
        AssertClose(expected, Numbers(byRow.Answer["predictions"]!));
        AssertClose(expected[..3], Numbers(named.Answer["predictions"]!));
        AssertClose(expected, Numbers(byColumn.Answer["outputs"]!));
        AssertClose(expected, Numbers(namedColumn.Answer["outputs"]!));
        Assert.Equal(160, byRow.Answer["predictions"]!.AsArray().Count);
    }

    [Fact]
    public async Task AModelOfSeveralInputsAndOutputsIsAnsweredByTheirNames()
    {
        using var folder = new TempFolder();
        using var program = new ProgramUnderTest();
        Assert.Equal(0, program.Invoke("run", program.Write("two.yaml", """
            seed: 1
            data: {d: {source: synthetic, examples: {train: 8}, columns: {a: {shape: [2]}, b: {shape: [3]}, y: {linear_of: a}, z: {linear_of: b}}}}
            model:
              inputs: {a: {shape: [2]}, b: {shape: [3]}}
              layers:
                - Concatenate: {from: [a, b]}
                - Dense: {units: 1, name: y}
                - Dense: {units: 1, name: z, from: concatenate}
              outputs: [y, z]
            compile: {loss: mse, optimizer: sgd}
            run: [fit: {x: {a: d.train.a, b: d.train.b}, y: {y: d.train.y, z: d.train.z}}]
            """), "--runs", program.Runs));
        await using var server = await ServerUnderTest.Start("two", root: program.Runs);

        var byRow = await server.Predict("""{"instances": [{"a": [1, 2], "b": [3, 4, 5]}, {"b": [3, 4, 5], "a": [0.5, 2]}]}""");
        var byColumn = await server.Predict("""{"inputs": {"b": [[3, 4, 5]], "a": [[1, 2]]}}""");
        var unnamed = await server.Predict("""{"instances": [[1, 2]]}""");
        var (_, about) = await server.Get("/metadata");

        Assert.Equal(["y", "z"], byRow.Answer["predictions"]![1]!.AsObject().Select(pair => pair.Key));
        Assert.Equal((double)byRow.Answer["predictions"]![0]!["z"]![0]!, (double)byColumn.Answer["outputs"]!["z"]![0]![0]!, 1e-6);
        Assert.Equal("instances[0] does not say which input it is for. Expected a mapping from the model's inputs.", (string?)unnamed.Answer["error"]);
        var ports = about["metadata"]!["signature_def"]!["signature_def"]!["serving_default"]!;
        Assert.Equal("""{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""},{"size":"3","name":""}],"unknown_rank":false},"name":"b"}""", ports["inputs"]!["b"]!.ToJsonString());
        Assert.Equal(["y", "z"], ports["outputs"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public async Task ARunTakesRawValues()
    {
        using var program = new ProgramUnderTest();
        program.Write("train.csv", "text,size,y\ngood film,10,1\nbad film,30,0\ngood plot,10,1\nbad plot,30,0\n");
        Assert.Equal(0, program.Invoke("run", program.Write("words.yaml", """
            seed: 1
            data:
              d:
                source: csv
                path: train.csv
                transform: {text: [StringLookup: {output_mode: multi_hot}], size: [Normalization: {axis: null}, Reshape: {target_shape: [1]}]}
            model:
              inputs: {text: {shape: [$data.d.text.vocabulary_size]}, size: {shape: [1]}}
              layers:
                - Concatenate: {from: [text, size]}
                - Dense: {units: 1}
            compile: {loss: mse, optimizer: sgd}
            run: [fit: {x: {text: d.train.text, size: d.train.size}, y: d.train.y}]
            """), "--runs", program.Runs));
        program.Write("new.csv", "text,size\ngood film,12\nnever seen,30\n");
        Assert.Equal(0, program.Invoke("predict", "words", "--runs", program.Runs, "--input", program.Of("new.csv"), "--json"));
        var expected = Numbers(JsonNode.Parse(program.Output)!["outputs"]!.AsObject().Single().Value!["values"]!);
        await using var server = await ServerUnderTest.Start("words", root: program.Runs);

        var (status, answer) = await server.Predict("""{"instances": [{"text": "good film", "size": 12}, {"text": "never seen", "size": 30}]}""");
        var wrong = await server.Predict("""{"instances": [{"text": 1, "size": 12}]}""");

        var table = await server.Predict(File.ReadAllBytes(program.Of("new.csv")), "text/csv");
        var broken = await server.Predict("text,size\na\n"u8.ToArray(), "text/csv");
        var (_, about) = await server.Get("/metadata");

        Assert.True(status == 200, answer.ToJsonString());
        AssertClose(expected, Numbers(answer["predictions"]!));
        Assert.True(table.Status == 200, table.Answer.ToJsonString());
        AssertClose(expected, Numbers(table.Answer["predictions"]!));
        Assert.Equal((400, "The request:2: the row has 1 cells, but the header has 2."), (broken.Status, (string?)broken.Answer["error"]));
        Assert.Equal(
            """{"text":{"transform":["StringLookup"]},"size":{"transform":["Normalization","Reshape"]}}""", about["metadata"]!["raw_inputs"]!.ToJsonString());
        Assert.Equal(400, wrong.Status);
    }

    [Fact]
    public async Task ManyMayAskAtOnceAndEachGetsItsOwn()
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        await using var server = await ServerUnderTest.Start(folder.Of("half.keras"));
        var rows = JsonNode.Parse(Nested(folder.Of("data.npz"), "x"))!.AsArray().Select(row => row!.ToJsonString()).Take(40).ToList();
        var alone = new List<string>();
        foreach (var row in rows)
        {
            alone.Add((await server.Predict($$"""{"instances": [{{row}}]}""")).Answer.ToJsonString());
        }

        var together = await Task.WhenAll(rows.Select(row => server.Predict($$"""{"instances": [{{row}}]}""")));

        Assert.Equal(alone, together.Select(one => one.Answer.ToJsonString()));
        Assert.True(alone.Distinct().Count() > 30);
    }

    [Theory]
    [InlineData("", "The request is no JSON: line 1, byte 1: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true.")]
    [InlineData("{\"instances\": [1,]}", "The request is no JSON: line 1, byte 18: The JSON array contains a trailing comma at the end which is not supported in this mode. Change the reader options.")]
    [InlineData("[1]", "The request is no mapping. Expected {\"instances\": [ … ]} or {\"inputs\": … }.")]
    [InlineData("{\"instance\": [1]}", "A request has no 'instance'. Did you mean 'instances'? Expected instances or inputs.")]
    [InlineData("{}", "The request has neither instances nor inputs.")]
    [InlineData("{\"instances\": [1], \"inputs\": [1]}", "The request has both instances and inputs. Expected one of them.")]
    [InlineData("{\"instances\": [1], \"instances\": [1]}", "The request is no JSON: Duplicate property 'instances' encountered during deserialization.")]
    [InlineData("{\"instances\": [1], \"signature_name\": \"other\"}", "signature_name is \"other\". A model here has one, \"serving_default\".")]
    [InlineData("{\"instances\": {}}", "instances is no list. Expected an element for each example.")]
    [InlineData("{\"instances\": []}", "instances is empty. Expected an element for each example.")]
    [InlineData("{\"instances\": [[]]}", "instances[0] is an empty list, where a number or text is due.")]
    [InlineData("{\"instances\": [null]}", "instances[0] is null, where a number or text is due.")]
    [InlineData("{\"instances\": [[1, 2], [3]]}", "instances[1] is a list of 1, where instances[0] is a list of 2.")]
    [InlineData("{\"instances\": [[1, 2], [3, [4]]]}", "instances[1][1] is a list of 1, where a number or text is due.")]
    [InlineData("{\"instances\": [[1, 2], [3, \"4\"]]}", "instances[1][1] is text, where the ones before are numbers.")]
    [InlineData("{\"instances\": [{\"a\": 1}, {\"b\": 1}]}", "instances[1] has no 'a', which instances[0] has.")]
    [InlineData("{\"instances\": [{\"a\": 1}, {\"a\": 1, \"b\": 1}]}", "instances[1] has 'b', which instances[0] has not.")]
    [InlineData("{\"instances\": [{\"a\": 1}, 2]}", "instances[1] is no mapping, where instances[0] is one.")]
    [InlineData("{\"instances\": [1e99]}", "instances[0] is 1e99, which is too large a number.")]
    [InlineData("{\"instances\": [\"\\ud800\"]}", "instances[0] is text that is no Unicode.")]
    [InlineData("{\"\\ud800\": 1}", "The request is no JSON: a name is no Unicode.")]
    [InlineData("{\"inputs\": {\"in0\": 1}}", "inputs.in0 is no list of examples. Expected an element for each.")]
    [InlineData("{\"inputs\": {\"in1\": [1], \"b\": [1]}}", "The request has no array for the input 'in0'. Did you mean 'in1'? It has in1, b; the inputs are in0 [batch, 6, 6, 1].")]
    [InlineData("{\"inputs\": {\"in0\": [[1, 2]]}}", "The input 'in0' takes [batch, 6, 6, 1], but the request gives [1, 2].")]
    [InlineData("{\"inputs\": {\"in0\": [\"a\"]}}", "The input 'in0' takes numbers, but the request gives text.")]
    public async Task AMistakeIsToldWithItsPlace(string body, string told)
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        await using var server = await ServerUnderTest.Start(folder.Of("half.keras"));

        var (status, answer) = await server.Predict(body);

        Assert.Equal((400, told), (status, (string?)answer["error"]));
        Assert.Equal(200, (await server.Get()).Status); // it goes on
    }

    [Fact]
    public async Task ItSaysThatItIsThere()
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        await using var server = await ServerUnderTest.Start(folder.Of("half.keras"));

        var (status, answer) = await server.Get();

        Assert.Equal(200, status);
        Assert.Equal("""{"model_version_status":[{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""", answer.ToJsonString());
    }

    [Theory]
    [InlineData("GET", "/v1/models/other", "", 404)]
    [InlineData("GET", "/", "", 404)]
    [InlineData("GET", "/v1/models/m/../../../etc/passwd", "", 404)]
    [InlineData("GET", "/v1/models/m:predict", "", 405)]
    [InlineData("POST", "/v1/models/m", "", 405)]
    [InlineData("POST", "/v1/models/m:classify", "", 404)]
    [InlineData("GET", "/v1/models/m", "Host: evil.example", 403)]
    [InlineData("GET", "/v1/models/m", "Origin: http://evil.example", 403)]
    [InlineData("POST", "/v1/models/m:predict", "Origin: null", 403)]
    public async Task WhatIsNotThereOrNotAllowedIsRefusedInASentence(string method, string path, string header, int code)
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        await using var server = await ServerUnderTest.Start(folder.Of("half.keras"));
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, path));
        if (header.Split(": ") is [var name, var value])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var (status, answer) = await server.Send(request);

        Assert.Equal(code, status);
        Assert.EndsWith(".", (string?)answer["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestThatIsTooLongIsRefused()
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        await using var server = await ServerUnderTest.Start(folder.Of("half.keras"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address + ":predict")) { Content = new ByteArrayContent(new byte[(64 << 20) + 1]) };
        request.Headers.ExpectContinue = true; // so the answer comes before the body

        var (status, answer) = await server.Send(request);

        Assert.Equal((413, "A request may have 64 MB. Send fewer examples at once."), (status, (string?)answer["error"]));
    }

    [Theory]
    [InlineData("serve nosuch.keras --runs .", "error: There is no file 'nosuch.keras', and no run of that name in FOLDER.\n")]
    [InlineData("serve half.keras --host example", "error: --host example is no address. Expected one of this machine's, as 127.0.0.1, or 0.0.0.0 for all.\n")]
    [InlineData("serve half.keras --host 192.0.2.1", "error: This machine has no address 192.0.2.1.\n")]
    [InlineData("serve half.keras --port 70000", "error: --port 70000 is no port. Expected a number from 0 to 65535.\n")]
    public void AWrongCommandIsToldInASentence(string command, string told)
    {
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var program = new ProgramUnderTest();

        var code = program.Invoke([.. command.Split(' ').Select(word => word == "." ? folder.Of("") : word.EndsWith(".keras", StringComparison.Ordinal) && word != "nosuch.keras" ? folder.Of(word) : word)]);

        Assert.Equal(2, code);
        Assert.Equal(told, program.Errors.Replace(folder.Of(""), "FOLDER", StringComparison.Ordinal));
    }

    private static string Nested(string file, string name)
    {
        using var scope = NewDisposeScope();
        return Of(Npz.Read(file)[name]).ToJsonString();

        static JsonNode Of(Tensor values) => values.dim() == 0 ? JsonValue.Create(values.to_type(ScalarType.Float32).item<float>())
            : new JsonArray([.. Enumerable.Range(0, (int)values.shape[0]).Select(i => Of(values[i]))]);
    }

    private static double[] Numbers(JsonNode node) => node is JsonArray list ? [.. list.SelectMany(inner => Numbers(inner!))] : [(double)node];

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
