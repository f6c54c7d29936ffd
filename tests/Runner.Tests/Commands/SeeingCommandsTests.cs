using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Tests.Runs;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>Commands that look at runs, on runs that were run.</summary>
public class SeeingCommandsTests
{
    [Fact]
    public void ACompareTellsWhatDiffersAndWhy()
    {
        using var program = new ProgramUnderTest();
        var one = SmallExperiment.Run(program);
        var other = SmallExperiment.Run(program, "model.layers[0].Dense.units=16", "compile.optimizer.Adam.beta_1=0.8", "seed=4");

        Assert.Equal(0, program.Invoke("compare", one, other, "--json"));

        var comparison = JsonNode.Parse(program.Output)!;
        Assert.Equal(["seed", "compile.optimizer.beta_1"], comparison["experiment"]!.AsArray().Select(difference => (string?)difference!["what"]));
        Assert.Equal(
            ["x: units 8 → 16 (+40 parameters)", "dense: another shape comes in (+24 parameters)"],
            comparison["model"]![0]!["layers"]!.AsArray().Select(layer => (string?)layer!["words"]));
        Assert.Equal((67, 131), ((int)comparison["model"]![0]!["parameters_before"]!, (int)comparison["model"]![0]!["parameters_after"]!));
        Assert.Contains(comparison["figures"]!.AsArray(), figure => (string?)figure!["name"] == "evaluate/accuracy" && (bool?)figure["higher_is_better"] == true);
        Assert.Contains(comparison["figures"]!.AsArray(), figure => (string?)figure!["name"] == "examples/s");
        Assert.Empty(comparison["environment"]!.AsArray());
    }

    [Fact]
    public void AValueIsExplained()
    {
        using var program = new ProgramUnderTest();
        var run = SmallExperiment.Run(program, "seed=4");

        program.Invoke("show", run, "--explain", "compile.optimizer.learning_rate");
        Assert.Equal(
            $"""
            compile.optimizer.learning_rate = 0.05
              from {program.Of("toy.yaml")}:11:84
                {SmallExperiment.Text.Split('\n')[10]}

            """,
            program.Output);

        program.Invoke("show", run, "--explain", "seed");
        Assert.Equal("seed = 4\n  from the command line: --set seed=4\n", program.Output);

        program.Invoke("show", run, "--explain", "beta_2");
        Assert.Equal("compile.optimizer.beta_2 = 0.999\n  the default of Adam\n", program.Output);

        Assert.Equal(2, program.Invoke("show", run, "--explain", "lerning_rate"));
        Assert.EndsWith("has no value 'lerning_rate'. Did you mean 'learning_rate'?\n", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatIsRunAgainComesToTheSame()
    {
        using var program = new ProgramUnderTest();
        var run = SmallExperiment.Run(program);

        Assert.Equal(0, program.Invoke("rerun", run, "--verify", "--runs", program.Runs));
        Assert.EndsWith("All 4 lines of figures are the same.\nThe weights are the same, bit for bit.\n", program.Output, StringComparison.Ordinal);

        var metrics = Path.Combine(run, "metrics.jsonl");
        var lines = File.ReadAllLines(metrics);
        var changed = JsonNode.Parse(lines[1])!;
        changed["values"]!["loss"] = 7;
        lines[1] = changed.ToJsonString();
        File.WriteAllLines(metrics, lines);
        Assert.Equal(1, program.Invoke("rerun", run, "--verify", "--runs", program.Runs));
        Assert.Contains("1 lines of figures are the same. They part at step 20, line 2: loss was 7 and is ", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ARemovedRunComesBack()
    {
        using var program = new ProgramUnderTest();
        MadeUpRun.Make(program.Runs, "toy/20260102-030405", [0.5]);

        Assert.Equal(0, program.Invoke("rm", "toy", "--runs", program.Runs));
        Assert.Equal("toy/20260102-030405 is in the trash\n", program.Output);
        Assert.Equal(["toy/20260102-030405"], Removed(program));
        Assert.Equal(2, program.Invoke("rm", "toy", "--runs", program.Runs));
        MadeUpRun.Make(program.Runs, "toy/20260102-030405", [0.4]); // its place is taken meanwhile
        Assert.Equal(0, program.Invoke("restore", "toy/20260102-030405", "--runs", program.Runs));
        Assert.Equal("toy/20260102-030405-2 is back\n", program.Output);
        Assert.Empty(Removed(program));
        var folder = Path.Combine(program.Runs, "toy", "20260102-030405-2");
        Assert.Equal(0, program.Invoke("rm", folder, "--runs", program.Runs));
        Assert.Equal(0, program.Invoke("restore", folder, "--runs", program.Runs)); // as it was called when it was removed
        program.Invoke("rm", "toy/20260102-030405", "--empty-trash", "--runs", program.Runs);
        Assert.EndsWith("1 runs deleted for good\n", program.Output, StringComparison.Ordinal);

        static string[] Removed(ProgramUnderTest program)
        {
            program.Invoke("restore", "--runs", program.Runs);
            return program.Output == "The trash is empty.\n" ? [] : program.Output.TrimEnd('\n').Split('\n');
        }
    }

    [Fact]
    public void TagsAndNotesStayWithTheRun()
    {
        using var program = new ProgramUnderTest();
        MadeUpRun.Make(program.Runs, "toy/20260102-030405", [0.5]);
        MadeUpRun.Make(program.Runs, "toy/20260102-030406", [0.5]);

        program.Invoke("tag", "toy/20260102-030405", "good", "für/später", "--runs", program.Runs);
        program.Invoke("note", "toy/20260102-030405", "first line", "--runs", program.Runs);
        program.Invoke("note", "toy/20260102-030405", "second line", "--append", "--runs", program.Runs);
        Assert.Equal("first line\nsecond line\n", program.Output);
        program.Invoke("list", "--where", "tag = good and note ~ second", "--json", "--runs", program.Runs);

        var run = Assert.Single(JsonNode.Parse(program.Output)!.AsArray())!;
        Assert.Equal(["good", "für/später"], run["tags"]!.AsArray().Select(tag => (string?)tag));
        program.Invoke("tag", "toy/20260102-030405", "good", "--remove", "--runs", program.Runs);
        Assert.Equal("toy/20260102-030405: für/später\n", program.Output);
    }

    [Fact]
    public void ANewExperimentIsOneThatRuns()
    {
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("new", program.Of("mine")));
        Assert.Equal(0, program.Invoke("validate", program.Of("mine.yaml")));
        Assert.Contains("name: mine\n", File.ReadAllText(program.Of("mine.yaml")), StringComparison.Ordinal);
        Assert.Equal(0, program.Invoke("new", program.Of("cnn.yaml"), "--from", "mnist_cnn"));
        Assert.Contains("\nname: cnn\n", File.ReadAllText(program.Of("cnn.yaml")), StringComparison.Ordinal);
        Assert.Equal(2, program.Invoke("new", program.Of("mine")));
        Assert.EndsWith("is there already.\n", program.Errors, StringComparison.Ordinal);
        Assert.Equal(2, program.Invoke("new", program.Of("other"), "--from", "mnist_cn"));
        Assert.Contains("Did you mean 'mnist_cnn'?", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ASweepRunsEveryCombinationAndSumsUpSeeds()
    {
        using var program = new ProgramUnderTest();

        var code = program.Invoke("sweep", program.Write("toy.yaml", SmallExperiment.Text), "--set", "seed=1,2", "--set", "model.layers[0].Dense.units=4,8", "--jobs", "2", "--runs", program.Runs);

        Assert.True(code == 0, program.Errors);
        Assert.Equal(4, Directory.GetDirectories(Path.Combine(program.Runs, "toy")).Length);
        Assert.Contains(" ×2 seeds ", program.Output, StringComparison.Ordinal);
        Assert.Contains("4 of 4 runs done: runner list --where 'tag = sweep-", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ASweepWithAMistakeRunsNothing()
    {
        using var program = new ProgramUnderTest();

        Assert.Equal(2, program.Invoke("sweep", program.Write("toy.yaml", SmallExperiment.Text), "--set", "seed=1,2", "--set", "model.layers[0].Dense.units=4,none", "--runs", program.Runs));

        Assert.Contains("units is 'none'", program.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(program.Runs));
    }

    [Theory]
    [InlineData("runner show to", "toy\ntoy/20260102-030405\n")]
    [InlineData("runner compare toy/", "toy/20260102-030405\n")]
    [InlineData("runner completion z", "zsh\n")]
    [InlineData("runner sche", "schema\n")]
    public void AShellIsToldWhatMayFollow(string line, string suggestions)
    {
        using var program = new ProgramUnderTest();
        MadeUpRun.Make(program.Runs, "toy/20260102-030405", [0.5]);
        var parts = line.Split(' ', 3);
        var whole = parts.Length == 3 ? $"{parts[0]} {parts[1]} --runs {program.Runs} {parts[2]}" : line;

        program.InvokeOnConsole($"[suggest:{whole.Length}]", whole);

        Assert.Equal(suggestions, program.Output);
    }

    [Fact]
    public void PathsForSetHaveTheNamesOfThings()
    {
        using var program = new ProgramUnderTest();
        var line = $"runner run {program.Write("toy.yaml", SmallExperiment.Text)} --set compile.optimizer.Adam.beta";

        program.InvokeOnConsole($"[suggest:{line.Length}]", line);

        Assert.Equal("compile.optimizer.Adam.beta_1=\ncompile.optimizer.Adam.beta_2=\n", program.Output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public void EveryShellHasItsScript(string shell)
    {
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("completion", shell));

        Assert.Contains("[suggest:", program.Output, StringComparison.Ordinal);
    }
}
