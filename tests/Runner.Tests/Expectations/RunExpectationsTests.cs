using ExperimentRunner.Runner.Tests.Commands;
using ExperimentRunner.Runner.Tests.Runs;

namespace ExperimentRunner.Runner.Tests.Expectations;

/// <summary>What people read of runs, whole, on runs that were made up; <c>UPDATE_EXPECTATIONS=1</c> writes the texts anew.</summary>
public class RunExpectationsTests
{
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["compare"] = "compare toy/20260102-030405 wide",
        ["compare-group"] = "compare toy/* wide/* --group",
        ["compare-baseline"] = "compare toy/20260102-030405 toy/20260102-030406 wide --baseline wide",
        ["compare-many"] = "compare toy/* wide/* bad",
        ["compare-markdown"] = "compare toy/20260102-030405 wide --markdown",
        ["compare-csv"] = "compare toy/20260102-030405 wide --csv",
        ["compare-json"] = "compare toy/20260102-030405 wide --json",
        ["compare-same"] = "compare toy/20260102-030405 toy/20260102-030406",
        ["compare-one"] = "compare wide bad --runs nowhere",
        ["list-columns"] = "list --cols run,status,optimizer,learning_rate,units,max:val_accuracy,loss,error",
        ["list-where"] = "list --where units=16 --sort max:val_accuracy --cols run,max(val_accuracy)",
        ["list-where-none"] = "list --where units=17",
        ["list-where-unknown"] = "list --where optimzer=adam",
        ["list-where-curve"] = "list --where max(val_acuracy)>0.5",
        ["list-where-slip"] = "list --where status=done)",
        ["list-sort-unknown"] = "list --sort max:nothing",
        ["show-bad"] = "show bad --explain units",
        ["show-nothing"] = "show toy --explain lerning_rate",
        ["show-no-run"] = "show ty",
        ["rm-nothing"] = "rm",
        ["restore-nothing"] = "restore toy",
        ["sweep-help"] = "sweep --help",
        ["list-help"] = "list --help",
        ["compare-help"] = "compare --help",
        ["new-unknown"] = "new other --from mnist_cn",
    };

    public static TheoryData<string> Names() => new(Commands.Keys.ToArray());

    [Theory, MemberData(nameof(Names))]
    public void RunsAreToldInTheseWords(string name)
    {
        using var program = new ProgramUnderTest();
        for (var seed = 1; seed <= 4; seed++)
        {
            MadeUpRun.Make(program.Runs, $"toy/20260102-03040{seed + 4}", [0.9, 0.3 + (0.01 * seed), 0.31], seed: seed);
            MadeUpRun.Make(program.Runs, $"wide/20260103-03040{seed + 4}", [0.9, 0.2 + (0.02 * seed), 0.19], units: 16, rate: "0.02", seed: seed);
        }

        MadeUpRun.Make(program.Runs, "bad/20260104-030405", [0.9], status: "failed");
        var arguments = Commands[name].Split(' ');
        var isHelp = arguments[^1] == "--help";

        if (isHelp)
        {
            program.InvokeOnConsole(arguments);
        }
        else
        {
            program.Invoke(arguments.Contains("--runs") ? arguments : [.. arguments, "--runs", program.Runs]);
        }

        var told = $"$ runner {Commands[name]}\n{program.Output}{program.Errors}".Replace(program.Runs, "RUNS", StringComparison.Ordinal)
            .Replace(Path.GetFullPath("nowhere"), "NOWHERE", StringComparison.Ordinal).Replace("  testhost ", "  runner ", StringComparison.Ordinal).ReplaceLineEndings("\n");
        var path = Path.Combine(Folder(), $"{name}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTATIONS") == "1")
        {
            File.WriteAllText(path, told);
        }

        Assert.Equal(File.ReadAllText(path), told);
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExperimentRunner.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Runner.Tests", "Expectations", "runs");
    }
}
