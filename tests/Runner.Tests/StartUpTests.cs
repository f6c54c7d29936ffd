using System.Diagnostics;

namespace ExperimentRunner.Runner.Tests;

public class StartUpTests
{
    /// <summary>Loading libtorch takes a quarter of a second; only what computes may do it.</summary>
    [Theory]
    [InlineData("--help")]
    [InlineData("list")]
    public void WhatDoesNotComputeDoesNotLoadLibtorch(string command)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TempFolder();
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "runner.dll"), command])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = folder.Of("loaded") }, // the system's loader keeps a log
        };

        using var program = Process.Start(start)!;
        program.StandardOutput.ReadToEnd();
        program.WaitForExit();

        var loaded = string.Concat(Directory.GetFiles(folder.Path, "loaded.*").Select(File.ReadAllText));
        Assert.Contains("libcoreclr", loaded);
        Assert.DoesNotContain("libtorch", loaded);
    }
}
