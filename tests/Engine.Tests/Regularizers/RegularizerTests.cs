using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Regularizers;

public class RegularizerTests
{
    [Fact]
    public void NamesAloneHaveKerasDefaults()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new[] { 1f, -2, 3 });
        foreach (var (name, expected) in new[] { ("l1", 0.06), ("L2", 0.14), ("l1_l2", 0.0) })
        {
            Assert.Equal(expected, Reading.Read<Regularizer>(JsonNodes.Parse($"\"{name}\"")).Penalty(w).item<float>(), 1e-6);
        }
    }

    [Fact]
    public void KerasNullIsTheDefault()
    {
        var read = Reading.Read<Regularizer>(JsonNodes.Parse("""{"class_name": "L1L2", "config": {"l1": null, "l2": 0.5}}"""), Dialect.Keras);

        Assert.Equal(new L1L2 { L2 = 0.5 }, read);
    }

    [Fact]
    public void APenaltyBelowZeroIsRefused() =>
        Assert.Throws<ConfigException>(() => Reading.Read<Regularizer>(JsonNodes.Parse("""{"L2": {"l2": -1}}""")));

    [Fact]
    public void OrthogonalityIsForMatricesOnly()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ShapeException>(() => new OrthogonalRegularizer().Penalty(zeros(3)));
    }
}
