using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class OptimizerParityTests
{
    private const double Tolerance = 2e-4;

    private static readonly JsonArray Cases = JsonNode.Parse(GoldenCases.Bytes("vocabulary/optimizers.json"))!.AsArray();

    public static TheoryData<int, string> All()
    {
        var all = new TheoryData<int, string>();
        for (var i = 0; i < Cases.Count; i++)
        {
            all.Add(i, $"{Cases[i]!["name"]} {Cases[i]!["config"]!.ToJsonString()}");
        }

        return all;
    }

    [Theory, MemberData(nameof(All))]
    public void WeightsMoveAsInKeras(int number, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var golden = Cases[number]!;
        var optimizer = Reading.Read<Optimizer>(
            JsonNodes.Parse(new JsonObject { ["class_name"] = golden["name"]!.DeepClone(), ["config"] = golden["config"]!.DeepClone() }.ToJsonString()),
            Dialect.Keras);
        var weights = golden["weights"]!.AsArray().Select((values, i) => new Weight($"weight_{i}", Read(values!))).ToArray();
        using var state = optimizer.Start(weights);
        var gradients = golden["gradients"]!.AsArray();
        var after = golden["weights_after"]!.AsArray();
        Assert.NotEmpty(gradients);
        for (var step = 0; step < gradients.Count; step++)
        {
            state.Step([.. gradients[step]!.AsArray().Select(values => Read(values!))]);
            Near(after[step]!, weights);
        }

        state.Finish();
        if (golden["weights_finalized"] is { } finalized)
        {
            Near(finalized, weights);
        }
    }

    private static void Near(JsonNode expected, Weight[] weights)
    {
        foreach (var (values, weight) in expected.AsArray().Zip(weights))
        {
            var difference = (Read(values!) - weight.Value).abs().max().item<float>();
            Assert.InRange(difference, 0, Tolerance);
        }
    }

    private static Tensor Read(JsonNode node)
    {
        var shape = new List<long>();
        for (var level = node; level is JsonArray array; level = array[0]!)
        {
            shape.Add(array.Count);
        }

        return tensor(Numbers(node).ToArray(), shape.ToArray());
    }

    private static IEnumerable<float> Numbers(JsonNode node) =>
        node is JsonArray array ? array.SelectMany(item => Numbers(item!)) : [(float)node];
}
