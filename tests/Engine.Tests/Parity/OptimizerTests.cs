using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class OptimizerTests
{
    public static TheoryData<int, string> Cases => Vocabulary.Cases("optimizers");

    [Theory, MemberData(nameof(Cases))]
    public void MovesWeightsAsInKeras(int at, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var golden = Vocabulary.Case("optimizers", at);
        Weight[] weights = [.. golden["weights"]!.AsArray().Select((values, i) => new Weight($"weight_{i}", Vocabulary.Tensor(values)))];
        using var state = Vocabulary.Read<Optimizer>(golden).Start(weights);
        var gradients = golden["gradients"]!.AsArray();
        Assert.Equal(12, gradients.Count);
        foreach (var (step, after) in gradients.Zip(golden["weights_after"]!.AsArray()))
        {
            state.Step([.. step!.AsArray().Select(Vocabulary.Tensor)]);
            Near(after!, weights);
        }

        state.Finish();
        Near(golden["weights_finalized"] ?? golden["weights_after"]![11]!, weights);
    }

    private static void Near(JsonNode expected, Weight[] weights)
    {
        foreach (var (values, weight) in expected.AsArray().Zip(weights))
        {
            Vocabulary.AssertClose(values, weight.Value);
        }
    }
}
