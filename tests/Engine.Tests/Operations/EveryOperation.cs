using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Operations;

/// <summary>What holds for each operation of <c>keras.ops</c> that a file may have between its layers.</summary>
public class EveryOperation
{
    private static readonly Dictionary<string, OperationFigure> Figures =
        OperationFigures.All().Index().ToDictionary(pair => $"{pair.Index} {pair.Item}", pair => pair.Item, StringComparer.Ordinal);

    /// <summary>The figures by number and name.</summary>
    public static TheoryData<string> Names => [.. Figures.Keys];

    [Theory, MemberData(nameof(Names))]
    public void ComputesItsFigures(string name)
    {
        using var scope = NewDisposeScope();
        var figure = Figures[name];
        var operation = figure.Read();

        var results = operation.Compute(new Given<Tensor>(operation, figure.Operands(), figure.Inputs()));

        Assert.Equal(figure.Results.Length, results.Count);
        foreach (var (expected, actual) in figure.Results.Zip(results))
        {
            Assert.Equal(expected.Shape, actual.shape);
            var values = actual.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
            Assert.All(expected.Values.Zip(values), pair => Assert.True(
                pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= 1e-5 + (1e-5 * Math.Abs(pair.First)), $"{pair.Second:g9} instead of {pair.First:g9}"));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void InfersTheShapeAndTypeThatItComputes(string name)
    {
        using var scope = NewDisposeScope();
        var figure = Figures[name];
        var operation = figure.Read();
        var inputs = figure.Inputs();

        var inferred = operation.Infer(new Given<Spec>(operation, figure.Operands(), [.. inputs.Select(SpecOf)]));

        Assert.Equal(
            operation.Compute(new Given<Tensor>(operation, figure.Operands(), inputs)).Select(SpecOf)
                .Select(spec => figure.LengthByValues ? spec.With(spec.Shape.WithLast(null)) : spec).Select(spec => spec.ToString() + spec.Type.IsFloat()),
            inferred.Select(spec => spec.ToString() + spec.Type.IsFloat()));
    }

    [Theory, MemberData(nameof(Names))]
    public void ComesBackFromTheJsonThatItIsWrittenAs(string name)
    {
        var written = KerasObjects.OfOperation(Figures[name].Read());

        var again = KerasObjects.OfOperation(OperationFigure.Read((JsonObject)written.DeepClone()));

        Assert.Equal(written.ToJsonString(), again.ToJsonString());
    }

    /// <summary>What is no number gives no gradient, and spoils none.</summary>
    [Theory]
    [InlineData("Nansum")]
    [InlineData("Nanmean")]
    [InlineData("Nanvar")]
    [InlineData("Nanstd")]
    [InlineData("Nanmax")]
    [InlineData("Nanprod")]
    public void OverWhatIsANumberHasGradientsThatAreNumbers(string name)
    {
        using var scope = NewDisposeScope();
        var operation = OperationFigure.Read(new JsonObject { ["module"] = "keras.src.ops.numpy", ["class_name"] = name, ["config"] = new JsonObject { ["axis"] = 1 } });
        var x = tensor(new[] { 1, float.NaN, 3, 4, -1, float.NaN }, [2, 3]).requires_grad_(true);

        operation.Compute(new Given<Tensor>(operation, new Operands([new Operand.Input(0)], []), [x]))[0].sum().backward();

        Assert.True(x.grad!.isfinite().all().item<bool>());
        Assert.Equal(0, x.grad![0, 1].item<float>());
        Assert.NotEqual(0, x.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void HasFiguresFoundAnotherWay()
    {
        var known = Figures.Values.Select(figure => figure.Read().GetType()).ToHashSet();

        var forgotten = Catalog.TypesOf(typeof(Operation)).Where(type => !known.Contains(type)).Select(Catalog.NameOf);

        Assert.Empty(forgotten);
    }

    [Fact]
    public void IsWrittenWithTheModuleThatKerasHasItIn()
    {
        var modules = KerasOperations.All.Select(operation => $"{operation.Module} {operation.Name}").ToHashSet(StringComparer.Ordinal);

        var misplaced = Figures.Values.Select(figure => KerasObjects.OfOperation(figure.Read())).Select(written => $"{written["module"]} {written["class_name"]}".Replace("keras.src.ops.", "", StringComparison.Ordinal))
            .Where(place => !modules.Contains(place)).Distinct();

        Assert.Empty(misplaced);
    }

    [Fact]
    public void OfKerasIsHereOrLeftOutForAReason()
    {
        var both = KerasOperations.All.Where(operation => Catalog.Find(typeof(Operation), operation.Name) is null == LeftOut.ReasonFor(typeof(Operation), operation.Name) is null);

        Assert.Empty(both);
        Assert.Equal(
            "The operation 'map' cannot be read: 'Map' is Keras's, but left out here: it holds Python code, and a file here is data.",
            Assert.Throws<FileProblem>(() => OperationFigure.Read(new JsonObject { ["class_name"] = "Map", ["config"] = new JsonObject { ["name"] = "map" } })).Message.Split(" Expected")[0]);
    }

    private static Spec SpecOf(Tensor tensor) => new(new Shape(tensor.shape.Select(length => (long?)length)), DataTypes.FromTorch(tensor.dtype));
}
