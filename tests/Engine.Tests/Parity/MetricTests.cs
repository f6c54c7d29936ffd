using ExperimentRunner.Engine.Metrics;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class MetricTests
{
    [Theory, MemberData(nameof(Vocabulary.Cases), "metrics", MemberType = typeof(Vocabulary))]
    public void GathersWhatKerasGathers(int at, string name)
    {
        Assert.NotEmpty(name);
        var one = Vocabulary.Case("metrics", at);
        using var state = Vocabulary.Read<Metric>(one).Start();
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var update in one["updates"]!.AsArray())
            {
                using var scope = NewDisposeScope();
                var prediction = Vocabulary.Tensor(update!["y_pred"] ?? update["values"]);
                var target = Vocabulary.Tensor(update["y_true"] ?? update["values"]);

                state.Update(target, prediction, update["sample_weight"] is { } weight ? Vocabulary.Tensor(weight) : null);

                Vocabulary.AssertClose(Vocabulary.Flat(update["result"]), state.Result());
            }

            state.Reset();
        }
    }
}
