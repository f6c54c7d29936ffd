using System.Diagnostics;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Hosting;

/// <summary>Why a run failed, said in a sentence.</summary>
public class FailureCauseTests
{
    [Fact]
    public void ALimitOnTheLengthOfFilesIsTold()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var large = program.Write("large.yaml", SmallExperiment.Text.Replace("units: 8", "units: 60000", StringComparison.Ordinal));
        var command = $"ulimit -f 1000; DOTNET_EnableWriteXorExecute=0 exec dotnet exec '{Path.Combine(AppContext.BaseDirectory, "runner.dll")}' run '{large}' --runs '{program.Runs}'";

        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var said = process.StandardError.ReadToEnd();

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("error: A file would be larger than this process may write (ulimit -f). What was measured is kept; with a higher limit, 'runner resume' goes on.", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(program.Runs, "*.new", SearchOption.AllDirectories));
    }
}
