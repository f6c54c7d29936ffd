using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class LossTests
{
    [Theory, MemberData(nameof(Vocabulary.Cases), "losses", MemberType = typeof(Vocabulary))]
    public void ComputesWhatKerasComputes(int at, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("losses", at);
        var loss = Vocabulary.Read<Loss>(one);
        var (target, prediction) = (Vocabulary.Tensor(one["y_true"]), Vocabulary.Tensor(one["y_pred"]));

        Vocabulary.AssertClose(one["value"], loss.Compute(target, prediction));
        Vocabulary.AssertClose(one["per_example"], (loss with { Reduction = null }).Compute(target, prediction));
        if (one["weighted"] is { } weighted)
        {
            Vocabulary.AssertClose(weighted, loss.Compute(target, prediction, Vocabulary.Tensor(one["sample_weight"])));
        }
    }
}
