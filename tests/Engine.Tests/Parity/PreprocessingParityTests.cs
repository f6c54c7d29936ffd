using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class PreprocessingParityTests
{
    public static TheoryData<int, string> Normalizations
    {
        get
        {
            var all = JsonNode.Parse(GoldenCases.Bytes("vocabulary/preprocessing.json"))!.AsArray();
            var cases = new TheoryData<int, string>();
            foreach (var (at, one) in all.Index().Where(one => (string?)one.Item!["name"] == "Normalization"))
            {
                cases.Add(at, one!["config"]!.ToJsonString());
            }

            Assert.NotEmpty(cases);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Normalizations))]
    public void LearnsWhatKerasLearns(int at, string config)
    {
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("preprocessing", at);
        var layer = Reading.Read<Layer>(JsonNodes.Parse($$"""{"class_name": "Normalization", "config": {{config}} }"""), Dialect.Keras);
        var x = Vocabulary.Tensor(one["x"]);

        var adapted = ((IAdapts)layer).Adapt([Vocabulary.Tensor(one["adapt"])]);

        using var module = adapted.Build([new Spec(new Shape(x.shape.Select(length => (long?)length)))], new BuildContext("", default));
        Vocabulary.AssertClose(one["y"], module.Call([x], new Tensor?[1], new Call(training: false, default))[0]);
    }
}
