using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Runs;

public class RunProcessTests
{
    [Fact]
    public void ThisProcessIsNotGone() => Assert.False(RunProcess.Current().IsGone());

    [Fact]
    public void AnotherProcessOfTheSameNumberIsNotMeant()
    {
        var me = RunProcess.Current();

        Assert.True((me with { Started = me.Started + 1 }).IsGone());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void ANumberThatIsNoProcessIsGone(int id) => Assert.True(new RunProcess(id, 0, Environment.MachineName).IsGone());

    [Fact]
    public void OfAnotherMachineNobodyCanTell() => Assert.False(new RunProcess(-1, 0, "another machine").IsGone());
}
