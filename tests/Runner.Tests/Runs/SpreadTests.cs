using ExperimentRunner.Runner.Runs.Comparing;

namespace ExperimentRunner.Runner.Tests.Runs;

public class SpreadTests
{
    [Fact]
    public void TheDeviationIsThatOfASample()
    {
        var spread = Spread.Of([1, 2, 3, 4]);

        Assert.Equal((2.5, 4), (spread.Mean, spread.Count));
        Assert.Equal(1.2909944487, spread.Deviation!.Value, 1e-9);
    }

    [Theory]
    [InlineData(new[] { 1.0, 2.0, 3.0 }, new[] { 1.5, 2.5, 3.5 }, true)]
    [InlineData(new[] { 1.0, 1.1, 0.9 }, new[] { 5.0, 5.1, 4.9 }, false)]
    [InlineData(new[] { 1.0, 1.1 }, new[] { 1.5, 1.6 }, false)] // t = 7.1, and two degrees of freedom need 4.3
    [InlineData(new[] { 1.0, 1.1 }, new[] { 1.2, 1.3 }, true)] // t = 2.8
    [InlineData(new[] { 1.0 }, new[] { 1.0, 1.2, 0.8 }, true)]
    [InlineData(new[] { 9.0 }, new[] { 1.0, 1.2, 0.8 }, false)]
    [InlineData(new[] { 1.0 }, new[] { 2.0 }, null)]
    [InlineData(new[] { 1.0, 1.0 }, new[] { 1.0, 1.0 }, true)]
    [InlineData(new[] { 1.0, 1.0 }, new[] { 2.0, 2.0 }, false)]
    public void ADifferenceIsHeldAgainstTheNoise(double[] one, double[] other, bool? isNoise) =>
        Assert.Equal(isNoise, Spread.Of(one).IsWithinNoiseOf(Spread.Of(other)));
}
