using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Core;

public class DenseTests
{
    [Theory]
    [InlineData(3, 4)]
    [InlineData(3, 2, 4)]
    [InlineData(3, 2, 5, 4)]
    public void DenseMultipliesTheLastAxis(params int[] lengths)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, Array.ConvertAll(lengths, length => (long)length));
        using var module = Numbers.Build(new Dense { Units = 6 }, [x]);
        var (kernel, bias) = (Grid.Of(module.Weights[0].Value), Grid.Of(module.Weights[1].Value));

        var y = Numbers.Run(module, [x])[0];

        var (values, expected) = (Grid.Of(x), new Grid(y.shape));
        foreach (var index in expected.Indices)
        {
            expected[index] = bias[index[^1]] + Enumerable.Range(0, 4).Sum(i => values[[.. index[..^1], i]] * kernel[i, index[^1]]);
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
    }

    [Theory]
    [InlineData("ab,bc->ac", null, new[] { 5 }, new[] { 4 }, "4, 5", "")]
    [InlineData("abc,cd->abd", "d", new[] { 0, 5 }, new[] { 3, 4 }, "4, 5", "5")]
    [InlineData("abc,cde->abde", "de", new[] { 0, 5, 2 }, new[] { 3, 4 }, "4, 5, 2", "5, 2")]
    [InlineData("abc,cd->abd", "bd", new[] { 3, 5 }, new[] { 3, 4 }, "4, 5", "3, 5")]
    [InlineData("abc,bd->adc", "d", new[] { 5, 4 }, new[] { 3, 4 }, "3, 5", "5, 1")]
    [InlineData("abc,bcd->ad", "d", new[] { 5 }, new[] { 3, 4 }, "3, 4, 5", "5")]
    [InlineData("abc,cbd->abd", "d", new[] { 3, 5 }, new[] { 3, 4 }, "4, 3, 5", "5")]
    [InlineData("...x,xy->...y", "y", new[] { 5 }, new[] { 2, 3, 4 }, "4, 5", "5")]
    [InlineData("...bx,xy->...by", "by", new[] { 0, 5 }, new[] { 2, 3, 4 }, "4, 5", "3, 5")]
    [InlineData("ab...,bc->ac...", "c", new[] { 5, }, new[] { 4, 2, 3 }, "4, 5", "5, 1, 1")]
    public void EinsumDenseFollowsItsEquation(string equation, string? biasAxes, int[] outputShape, int[] lengths, string kernel, string bias)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, [3, .. lengths.Select(length => (long)length)]);
        var layer = new EinsumDense { Equation = equation, OutputShape = [.. outputShape.Select(length => length == 0 ? null : (long?)length)], BiasAxes = biasAxes };
        Assert.Empty(layer.FindMistakes());
        using var module = Numbers.Build(layer, [x]);

        var y = Numbers.Run(module, [x])[0];
        y.sum().backward();

        Assert.Equal(kernel, string.Join(", ", module.Weights[0].Shape));
        Assert.Equal(bias, module.Weights.Count > 1 ? string.Join(", ", module.Weights[1].Shape) : "");
        Assert.Equal(y.shape.Skip(1).Select(length => (long?)length), LayerRun.Infer(layer, [.. lengths.Select(length => (long?)length)]).Skip(1));
        LayerRun.AssertSame(Product(equation, Grid.Of(x), Grid.Of(module.Weights[0].Value), module.Weights.Count > 1 ? module.Weights[1].Value : null, y.shape), Grid.Of(y));
        Assert.All(module.Weights, weight => Assert.True(weight.Value.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void EinsumDenseTakesTheFansOfItsKernelFromTheEquation()
    {
        using var scope = NewDisposeScope();
        var layer = new EinsumDense { Equation = "abc,cde->abde", OutputShape = [null, 30, 20], KernelInitializer = new GlorotUniform() };
        using var module = layer.Build([new Spec(Shape.OfBatch(3, 100))], new BuildContext("layer", new RandomKey(1)));

        var limit = Math.Sqrt(6.0 / (100 + 600)); // the kernel is [100, 30, 20]: 100 in, 600 out
        Assert.Equal(limit, module.Weights[0].Value.abs().max().item<float>(), 1e-3);
    }

    [Theory]
    [InlineData("abc,cd-abd", null, "'abc,cd-abd' is no equation of an input and a kernel.")]
    [InlineData("...ab,bc->ac", null, "'...ab,bc->ac' is no equation of an input and a kernel.")]
    [InlineData("abc,ce->abd", null, "'d' stands only once in 'abc,ce->abd'.")]
    [InlineData("abc,cd->abd", "x", "'x' is no axis of the output of 'abc,cd->abd'.")]
    public void EinsumDenseRefusesWhatIsNoEquation(string equation, string? biasAxes, string problem)
    {
        var layer = new EinsumDense { Equation = equation, OutputShape = [5], BiasAxes = biasAxes };

        Assert.Equal(problem, layer.FindMistakes().First().Problem);
    }

    [Theory]
    [InlineData("abcd,de->abce", 5, "has an equation whose input is 'abcd', but its input is [batch, 3, 4]")]
    [InlineData("abc,cd->abd", 5, "has an equation whose output is 'abd', but 'output_shape' gives 1 lengths; expected 2")]
    [InlineData("abc,bd->ac", 5, "cannot make axis 'c' of length 5, because it is 4 in its input [batch, 3, 4]")]
    public void EinsumDenseRefusesShapesThatDoNotFit(string equation, int length, string problem) =>
        Assert.Equal(problem, LayerRun.Misfit(new EinsumDense { Equation = equation, OutputShape = [length] }, 3, 4));

    [Theory]
    [InlineData(null)]
    [InlineData(0.4)]
    public void TernaryDenseComputesWithSigns(double? threshold)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 3, 8);
        using var module = Numbers.Build(new TernaryDense { Units = 5, Threshold = threshold }, [x]);
        var (kernel, bias) = (module.Weights[0].Value, module.Weights[1].Value);

        var y = Numbers.Run(module, [x])[0];
        y.sum().backward();

        var mean = kernel.detach().abs().mean().item<float>();
        var signs = kernel.detach().sign() * (kernel.detach().abs() > (threshold ?? (0.5 * mean)));
        Assert.InRange(signs.count_nonzero().item<long>(), 1, 39);
        var scale = threshold is null ? mean : 1;
        Numbers.AssertClose((x.matmul(signs) * scale) + bias, y);
        var straight = x.sum([0]).unsqueeze(1).expand(8, 5) * scale; // as if the kernel itself had been used
        var ofScale = threshold is null ? kernel.detach().sign() * x.matmul(signs).sum() / 40 : zeros(8, 5);
        Numbers.AssertClose(straight + ofScale, kernel.grad!, 1e-4);
    }

    [Fact]
    public void MaxoutDenseTakesTheGreatestOfItsPieces()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 3, 4);
        using var module = Numbers.Build(new MaxoutDense { Units = 5, Pieces = 2 }, [x]);
        var (kernel, bias) = (module.Weights[0].Value, module.Weights[1].Value);

        var y = Numbers.Run(module, [x])[0];

        Numbers.AssertClose((x.matmul(kernel[0]) + bias[0]).maximum(x.matmul(kernel[1]) + bias[1]), y);
    }

    [Fact]
    public void HighwayCarriesPartOfItsInput()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 3, 4);
        using var module = Numbers.Build(new Highway { Activation = new ExperimentRunner.Engine.Activations.Tanh() }, [x]);
        var weights = module.Weights.ToDictionary(weight => weight.Name, weight => weight.Value);

        var y = Numbers.Run(module, [x])[0];

        var gate = (x.matmul(weights["W_carry"]) + weights["b_carry"]).sigmoid();
        Numbers.AssertClose((gate * (x.matmul(weights["W"]) + weights["b"]).tanh()) + ((1 - gate) * x), y);
    }

    [Fact]
    public void LayersOfOldAreReadByTheirOldWords()
    {
        const string Maxout = """{"class_name": "MaxoutDense", "config": {"output_dim": 5, "nb_feature": 2, "init": "he_normal", "W_regularizer": "l2", "bias": false, "input_dim": 4}}""";
        const string Carried = """{"class_name": "Highway", "config": {"init": "he_normal", "activation": "relu", "W_constraint": null, "bias": false}}""";

        Assert.Equal(
            new MaxoutDense { Units = 5, Pieces = 2, KernelInitializer = new HeNormal(), KernelRegularizer = new L2(), UseBias = false },
            Reading.Read<Layer>(JsonNodes.Parse(Maxout), Dialect.Keras));
        Assert.Equal(
            new Highway { KernelInitializer = new HeNormal(), Activation = new ExperimentRunner.Engine.Activations.Relu(), UseBias = false },
            Reading.Read<Layer>(JsonNodes.Parse(Carried), Dialect.Keras));
    }

    /// <summary>The sum that an equation describes, place by place.</summary>
    private static Grid Product(string equation, Grid x, Grid kernel, Tensor? bias, long[] shape)
    {
        var parts = equation.Split(',', '-', '>').Where(part => part.Length > 0).ToArray();
        var dots = x.Shape.Length - parts[0].Count(char.IsLetter);
        var (left, right, output) = (Spelled(parts[0], dots), parts[1], Spelled(parts[2], dots));
        var lengths = left.Zip(x.Shape).Concat(right.Zip(kernel.Shape)).Concat(output.Zip(shape)).DistinctBy(pair => pair.First).ToArray();
        var result = bias is null ? new Grid(shape) : Grid.Of(bias.expand(shape));
        foreach (var place in Grid.IndicesOf([.. lengths.Select(pair => pair.Second)]))
        {
            var at = lengths.Zip(place).ToDictionary(pair => pair.First.First, pair => pair.Second);
            result[[.. output.Select(letter => at[letter])]] += x[[.. left.Select(letter => at[letter])]] * kernel[[.. right.Select(letter => at[letter])]];
        }

        return result;
    }

    /// <summary>Axes with digits for those that dots stand for.</summary>
    private static string Spelled(string axes, int dots) =>
        axes.Replace("...", string.Concat(Enumerable.Range(0, dots)), StringComparison.Ordinal);
}
