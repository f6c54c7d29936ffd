using ExperimentRunner.Engine.Regularizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class RegularizerTests
{
    [Theory, MemberData(nameof(Vocabulary.Cases), "regularizers", MemberType = typeof(Vocabulary))]
    public void ComputesWhatKerasComputes(int at, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("regularizers", at);

        Vocabulary.AssertClose(one["value"], Vocabulary.Read<Regularizer>(one).Penalty(Vocabulary.Tensor(one["w"])));
    }
}
