using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Reshaping;

namespace ExperimentRunner.Engine.Tests.Layers.Reshaping;

/// <summary>ZeroPadding1D to 3D, and Cropping1D to 3D, which undo them.</summary>
public class BordersTests
{
    [Theory]
    [InlineData(1, Channels.Last)]
    [InlineData(1, Channels.First)]
    [InlineData(2, Channels.Last)]
    [InlineData(2, Channels.First)]
    [InlineData(3, Channels.Last)]
    [InlineData(3, Channels.First)]
    public void ZerosStandAround(int rank, Channels format)
    {
        var random = new Random(rank);
        var sides = Sides(rank);
        var input = Grid.Random(random, [2, .. sides.Select(_ => 3L), 2]);
        Grid? gradient = null;
        Layer layer = rank switch
        {
            1 => new ZeroPadding1D { Padding = sides[0], DataFormat = format },
            2 => new ZeroPadding2D { Padding = sides, DataFormat = format },
            _ => new ZeroPadding3D { Padding = sides, DataFormat = format },
        };

        var run = LayerRun.Of(layer, input, [], shape => gradient = Grid.Random(random, shape));

        var expected = new Grid([2, .. sides.Select(side => 3L + side[0] + side[1]), 2]);
        var inputGradient = new Grid(input.Shape);
        foreach (var at in input.Indices)
        {
            var to = Moved(at, sides);
            expected[to] = input[at];
            inputGradient[at] = gradient![to];
        }

        LayerRun.AssertSame(expected, run.Output);
        LayerRun.AssertSame(inputGradient, run.InputGradient);
    }

    [Theory]
    [InlineData(1, Channels.Last)]
    [InlineData(2, Channels.Last)]
    [InlineData(2, Channels.First)]
    [InlineData(3, Channels.Last)]
    [InlineData(3, Channels.First)]
    public void BordersAreCutOff(int rank, Channels format)
    {
        var random = new Random(rank);
        var sides = Sides(rank);
        var input = Grid.Random(random, [2, .. sides.Select(_ => 8L), 2]);
        Grid? gradient = null;
        Layer layer = rank switch
        {
            1 => new Cropping1D { Cropping = sides[0], DataFormat = format },
            2 => new Cropping2D { Cropping = sides, DataFormat = format },
            _ => new Cropping3D { Cropping = sides, DataFormat = format },
        };

        var run = LayerRun.Of(layer, input, [], shape => gradient = Grid.Random(random, shape));

        var expected = new Grid([2, .. sides.Select(side => 8L - side[0] - side[1]), 2]);
        var inputGradient = new Grid(input.Shape);
        foreach (var at in expected.Indices)
        {
            var from = Moved(at, sides);
            expected[at] = input[from];
            inputGradient[from] = gradient![at];
        }

        LayerRun.AssertSame(expected, run.Output);
        LayerRun.AssertSame(inputGradient, run.InputGradient);
    }

    [Fact]
    public void SomethingMustBeLeft()
    {
        var layer = new Cropping2D { Cropping = [[1, 2], [0, 0]] };

        Assert.Equal([null, 1, null, 3], LayerRun.Infer(layer, 4, null, 3));
        Assert.Equal("would leave nothing, for its input is [batch, 3, 5, 3]", LayerRun.Misfit(layer, 3, 5, 3));
    }

    [Theory]
    [InlineData("""{"ZeroPadding2D": {}}""", 1, 1, 1, 1)]
    [InlineData("""{"ZeroPadding2D": {"padding": 2}}""", 2, 2, 2, 2)]
    [InlineData("""{"ZeroPadding2D": {"padding": [2, 3]}}""", 2, 2, 3, 3)]
    [InlineData("""{"ZeroPadding2D": {"padding": [[1, 2], 3]}}""", 1, 2, 3, 3)]
    [InlineData("""{"ZeroPadding2D": {"padding": [[1, 2], [3, 4]]}}""", 1, 2, 3, 4)]
    public void OneNumberStandsForBothSidesOrForAll(string written, params int[] sides)
    {
        var layer = (ZeroPadding2D)Reading.Read<Layer>(JsonNodes.Parse(written));

        Assert.Equal(sides, layer.Padding.SelectMany(side => side));
    }

    [Theory]
    [InlineData("[1, 2, 3]", "padding has 3 items.")]
    [InlineData("[1, [2, 3, 4]]", "padding[1] has 3 items.")]
    [InlineData("[1, [2, -3]]", "padding[1] is below 0.")]
    [InlineData("-1", "padding is below 0.")]
    [InlineData("1.5", "padding is the number 1.5.")]
    public void OtherSidesAreTold(string written, string problem)
    {
        var mistakes = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse($$"""{"ZeroPadding2D": {"padding": {{written}} } }""")));

        Assert.Contains(problem, mistakes.Message, StringComparison.Ordinal);
    }

    private static int[][] Sides(int rank) => [.. Enumerable.Range(0, rank).Select(axis => new[] { axis + 1, 2 - axis })];

    private static long[] Moved(long[] at, int[][] sides) =>
        [.. at.Select((place, axis) => axis > 0 && axis < at.Length - 1 ? place + sides[axis - 1][0] : place)];
}
