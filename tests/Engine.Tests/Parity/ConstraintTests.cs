using ExperimentRunner.Engine.Constraints;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class ConstraintTests
{
    [Theory, MemberData(nameof(Vocabulary.Cases), "constraints", MemberType = typeof(Vocabulary))]
    public void ComputesWhatKerasComputes(int at, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("constraints", at);

        Vocabulary.AssertClose(one["value"], Vocabulary.Read<Constraint>(one).Apply(Vocabulary.Tensor(one["w"])));
    }
}
