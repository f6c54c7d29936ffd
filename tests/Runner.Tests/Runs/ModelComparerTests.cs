using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Comparing;

namespace ExperimentRunner.Runner.Tests.Runs;

public class ModelComparerTests
{
    [Fact]
    public void TheSameModelDiffersInNothing() =>
        Assert.Empty(ModelComparer.Compare(Chain(Conv("conv2d", 32), Flatten()), Chain(Conv("conv2d", 32), Flatten())));

    [Fact]
    public void AnOptionIsToldWithWhatItCosts() => Assert.Equal(
        ["conv2d_1: filters 64 → 32 (−18,464 parameters)"],
        Compare(Chain(Conv("conv2d", 32), Conv("conv2d_1", 64, 36_928)), Chain(Conv("conv2d", 32), Conv("conv2d_1", 32, 18_464))));

    [Fact]
    public void AnInsertedLayerIsAddedAndThoseAfterItKeepTheirPlaceThoughNotTheirNumber() => Assert.Equal(
        ["added: conv2d_1 (Conv2D) after conv2d (+50 parameters)"],
        Compare(Chain(Conv("conv2d", 32), Conv("conv2d_1", 64, 90)), Chain(Conv("conv2d", 32), Conv("conv2d_1", 48, 50), Conv("conv2d_2", 64, 90))));

    [Fact]
    public void ARemovedLayerIsToldWhereItStood() => Assert.Equal(
        ["removed: dropout (Dropout) after flatten"],
        Compare(Chain(Conv("conv2d", 32), Flatten(), Dropout("dropout"), Dense("dense", 10)), Chain(Conv("conv2d", 32), Flatten(), Dense("dense", 10))));

    [Fact]
    public void ALayerThatStandsElsewhereHasMoved() => Assert.Equal(
        ["moved: dropout from after conv2d to after flatten"],
        Compare(Chain(Conv("conv2d", 32), Dropout("dropout"), Flatten(), Dense("dense", 10)), Chain(Conv("conv2d", 32), Flatten(), Dropout("dropout"), Dense("dense", 10))));

    [Fact]
    public void ANamedLayerIsFoundByItsName() => Assert.Equal(
        ["head: units 10 → 20 (+10 parameters)"],
        Compare(Chain(Dense("body", 10), Dense("head", 10)), Chain(Dense("body", 10), Dense("head", 20))));

    [Fact]
    public void AnotherNameIsTold() => Assert.Equal(
        ["tail: called head before"], Compare(Chain(Dense("body", 10), Dense("head", 5)), Chain(Dense("body", 10), Dense("tail", 5))));

    [Fact]
    public void WeightsThatChangeWithTheInputAreToldAsThat() => Assert.Equal(
        ["body: units 10 → 20 (+10 parameters)", "head: another shape comes in (+30 parameters)"],
        Compare(Chain(Dense("body", 10), Dense("head", 5)), Chain(Dense("body", 20), Dense("head", 5, 35))));

    [Fact]
    public void AnotherClassUnderTheSameNameTakesItsPlace() => Assert.Equal(
        ["body: Dense → Conv2D (−1 parameters)"],
        Compare(Chain(Dense("body", 10), Dense("head", 5)), Chain(Conv("body", 3, 9), Dense("head", 5))));

    [Fact]
    public void ALayerThatTakesFromAnotherIsTold() => Assert.Equal(
        ["add: from a and b → a and c"],
        Compare(
            new RunModel([Dense("a", 4) with { Inputs = [] }, Dense("b", 4) with { Inputs = ["a"] }, Dense("c", 4) with { Inputs = ["b"] }, Add("a", "b")], ["add"]),
            new RunModel([Dense("a", 4) with { Inputs = [] }, Dense("b", 4) with { Inputs = ["a"] }, Dense("c", 4) with { Inputs = ["b"] }, Add("a", "c")], ["add"])));

    [Fact]
    public void ALargeModelIsComparedInTime()
    {
        var before = Chain([.. Enumerable.Range(0, 1500).Select(i => Dense($"dense_{i}", i % 7))]);
        var after = Chain([.. Enumerable.Range(0, 1500).Select(i => Dense($"dense_{i}", i % 7)), Dense("dense_1500", 3)]);

        Assert.Equal("added: dense_1500 (Dense) after dense_1499 (+3 parameters)", Assert.Single(Compare(before, after)));
    }

    private static IEnumerable<string> Compare(RunModel before, RunModel after) => ModelComparer.Compare(before, after).Select(layer => layer.Words);

    private static RunModel Chain(params RunLayer[] layers) =>
        new([.. layers.Select((layer, i) => layer with { Inputs = [i == 0 ? "input" : layers[i - 1].Name] })], [layers[^1].Name]);

    private static RunLayer Conv(string name, int filters, long parameters = 100) => Layer(name, "Conv2D", parameters, ("filters", $"{filters}"), ("kernel_size", "[3, 3]"));

    private static RunLayer Dense(string name, int units, long? parameters = null) => Layer(name, "Dense", parameters ?? units, ("units", $"{units}"));

    private static RunLayer Dropout(string name) => Layer(name, "Dropout", 0, ("rate", "0.5"));

    private static RunLayer Flatten() => Layer("flatten", "Flatten", 0);

    private static RunLayer Add(params string[] inputs) => Layer("add", "Add", 0) with { Inputs = inputs };

    private static RunLayer Layer(string name, string kind, long parameters, params (string Name, string Value)[] options) =>
        new(name, kind, [], "", parameters, parameters, false, options.ToDictionary(option => option.Name, option => option.Value));
}
