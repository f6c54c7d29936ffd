using ExperimentRunner.Runner.Sweeping;

namespace ExperimentRunner.Runner.Tests.Sweeping;

public class SweepPlanTests
{
    [Fact]
    public void EveryCombinationIsARun() => Assert.Equal(
        ["a=1 b=x c=0", "a=1 b=y c=0", "a=2 b=x c=0", "a=2 b=y c=0"],
        SweepPlan.Of(["a=1,2", "b=x, y", "c=0"])!.Select(run => string.Join(' ', run)));

    [Theory]
    [InlineData("a=[1,2],[3]", "a=[1,2]|a=[3]")]
    [InlineData("a={b: 1, c: 2},d", "a={b: 1, c: 2}|a=d")]
    [InlineData("a='x,y','z'", "a='x,y'|a='z'")]
    [InlineData("a=(1,2)", "a=(1,2)")]
    [InlineData("a=1", "a=1")]
    [InlineData("a=", "a=")]
    [InlineData("~a", "~a")]
    [InlineData("list+=a,b", "list+=a,b")]
    [InlineData("a=[1,2", "a=[1,2")]
    public void CommasInsideBracketsAndQuotesDoNotSeparate(string set, string choices) => Assert.Equal(choices, string.Join('|', SweepPlan.Choices(set)));

    [Fact]
    public void TooManyAreRefused() => Assert.Null(SweepPlan.Of([.. Enumerable.Repeat("a=1,2,3,4,5,6,7,8,9,10", 5)]));

    [Fact]
    public void ASlurmScriptQuotesWhatAShellWouldRead()
    {
        var script = SlurmSweep.ScriptFor("sweep-1", "/runs/50%", [["run", "it's.yaml", "--set", "a={b: 1}"], ["run", "$(reboot)", "--set", "c=`x`"]], 4);

        Assert.StartsWith("#!/bin/bash\n#SBATCH --job-name=sweep-1\n#SBATCH --array=0-1%4\n#SBATCH --output=/runs/50%%/%a.log\n", script, StringComparison.Ordinal);
        Assert.Contains(" run 'it'\\''s.yaml' --set 'a={b: 1}' ;;\n", script, StringComparison.Ordinal);
        Assert.Contains(" run '$(reboot)' --set 'c=`x`' ;;\n", script, StringComparison.Ordinal);
    }
}
