using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class ActivationTests
{
    [Theory, MemberData(nameof(Vocabulary.Cases), "activations", MemberType = typeof(Vocabulary))]
    public void ComputesWhatKerasComputes(int at, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("activations", at);
        var activation = Vocabulary.Read<Activation>(one);
        var x = Vocabulary.Tensor(one["x"]);

        var y = activation.Apply(x);

        Vocabulary.AssertClose(one["y"], y);
        Assert.Equal(y.shape, activation.OutputShape(new Shape(x.shape.Select(axis => (long?)axis))).Known());
    }
}
