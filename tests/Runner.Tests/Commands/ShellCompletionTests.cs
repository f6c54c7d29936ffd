using System.Diagnostics;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Tests.Runs;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>The scripts for shells, tried in those that are installed.</summary>
public class ShellCompletionTests
{
    /// <summary>How each shell is asked: its script is read, and it tells what it would suggest after the words in <c>$LINE</c>.</summary>
    private static readonly Dictionary<string, string[]> Asked = new()
    {
        ["bash"] = ["--norc", "-c", """
            eval "$(runner completion bash)"; compopt() { :; }
            COMP_LINE=$LINE COMP_POINT=${#LINE}; read -ra COMP_WORDS <<<"$LINE"; [[ $LINE == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _runner_complete; printf '%s\n' "${COMPREPLY[@]}"
            """],
        ["zsh"] = ["-f", "-c", """
            compdef() { : }; compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
            eval "$(runner completion zsh)"
            BUFFER=$LINE CURSOR=${#LINE}; words=(${=LINE}); _runner
            """],
        ["fish"] = ["--no-config", "-c", "runner completion fish | source; complete -C $LINE"],
    };

    [Fact]
    public void EveryShellThatIsHereSuggestsCommandsRunsFilesAndPaths()
    {
        using var program = new ProgramUnderTest();
        MadeUpRun.Make(program.Runs, "toy/20260102-030405", [0.5]);
        var file = program.Write("experiment.yaml", SmallExperiment.Text);
        var shells = Asked.Keys.Where(IsHere).ToList();

        Assert.NotEmpty(shells);
        foreach (var shell in shells)
        {
            Assert.Equal(["completion"], Ask(program, shell, "runner compl"));
            Assert.Equal(["toy", "toy/20260102-030405"], Ask(program, shell, $"runner show --runs {program.Runs} to"));
            Assert.Equal([file], Ask(program, shell, $"runner validate {file[..^6]}"));
            Assert.Equal(["compile.optimizer.Adam.beta_1=", "compile.optimizer.Adam.beta_2="], Ask(program, shell, $"runner run {file} --set compile.optimizer.Adam.beta"));
        }
    }

    private static bool IsHere(string shell) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell)));

    private static string[] Ask(ProgramUnderTest program, string shell, string line)
    {
        var folder = Directory.CreateDirectory(program.Of("bin")).FullName;
        var runner = Path.Combine(folder, "runner");
        File.WriteAllText(runner, $"#!/bin/sh\nexec dotnet exec '{typeof(Terminal).Assembly.Location}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(runner, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo(shell, Asked[shell]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = program.Of(".") };
        (start.Environment["LINE"], start.Environment["PATH"], start.Environment["HOME"]) = (line, $"{folder}:{start.Environment["PATH"]}", folder);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(errors.Result.Length == 0, $"{shell}: {errors.Result}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('\t')[0]).Order(StringComparer.Ordinal)];
    }
}
