using System.Diagnostics;
using System.Globalization;
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

    [Fact]
    public void AProcessThatItsParentForgotIsGone()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var parent = Process.Start(new ProcessStartInfo("bash", ["-c", "sleep 0.1 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        var id = int.Parse(parent.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        var started = StatOf(id)[19];
        Assert.True(SpinWait.SpinUntil(() => StatOf(id)[0] == "Z", TimeSpan.FromSeconds(60)));

        Assert.True(new RunProcess(id, long.Parse(started, CultureInfo.InvariantCulture), Environment.MachineName).IsGone());
        parent.Kill();
    }

    private static string[] StatOf(int id) => File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ');
}
