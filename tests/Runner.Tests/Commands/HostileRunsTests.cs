using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Tests.Runs;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>Names, notes and folders that mean harm: nothing leaves the folder of runs, nothing runs, nothing hangs, a terminal stays as it is.</summary>
public sealed class HostileRunsTests : IDisposable
{
    private static readonly string[] Names =
    [
        "..", "../..", "../secret", "../../etc/passwd", "toy/..", "toy/../..", "toy/../../secret", ".trash", ".trash/toy/20260102-030405", "/", "/etc", "//", ".",
        "~", "toy/", "toy//", "toy\n", "\e[31mred", "$(touch x)", "`touch x`", "; touch x", "| touch x", "toy@best:", "toy@best:nothing", "@best:x", "*", "../*", "[", "%s%n",
        "toy/20260102-030405/../../../secret", "con", "toy\0", "", " ", "-", "null", "runs", "file:///etc/passwd", "\\\\server\\share", "..\\..\\secret", "\u202Etxt.exe", "😀", "a/b/c/d/e",
    ];

    private readonly ProgramUnderTest _program = new();

    public HostileRunsTests()
    {
        Directory.CreateDirectory(_program.Of("secret"));
        File.WriteAllText(_program.Of("secret/file"), "mine");
        MadeUpRun.Make(_program.Runs, "good/20260102-030405", [0.5]);
    }

    public static TheoryData<string> Commands() => new("rm", "restore", "show", "tag", "note", "rerun", "compare", "list", "new", "sweep");

    public void Dispose() => _program.Dispose();

    [Theory, MemberData(nameof(Commands))]
    public void ANameLeadsNowhereElse(string command)
    {
        var before = Everything();

        foreach (var name in Names.Append(new string('x', 100_000)).Append(string.Join('/', Enumerable.Repeat("..", 5000))))
        {
            var code = command switch
            {
                "list" => _program.Invoke("list", "--runs", _program.Runs, "--where", name),
                "compare" => _program.Invoke("compare", "good", name, "--runs", _program.Runs),
                "tag" => _program.Invoke("tag", "--runs", _program.Runs, "--", name, "word"),
                "note" => _program.Invoke("note", "--runs", _program.Runs, "--", name, "words"),
                "new" => _program.Invoke("new", "--from", name, _program.Of("made.yaml")),
                "sweep" => _program.Invoke("sweep", "--runs", _program.Runs, "--", name),
                _ => _program.Invoke(command, "--runs", _program.Runs, "--", name),
            };

            Assert.True(code is 1 or 2, $"{command} {name}: {code} {_program.Output}");
            Assert.DoesNotContain('\e', _program.Output + _program.Errors);
            Assert.DoesNotContain("   at ", _program.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, Everything());
    }

    [Theory]
    [InlineData("\e[31mred\e[0m")]
    [InlineData("\e]0;title\a")]
    [InlineData("one\rtwo\btwo")]
    [InlineData("\u009B31m")]
    [InlineData("\u202Ereversed\u2066")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("[red]markup[/] [")]
    [InlineData("a\u2028b")]
    [InlineData("=cmd|' /C calc'!A0")]
    public void WhatOthersWroteIsPrintedSafely(string text)
    {
        var folder = MadeUpRun.Make(_program.Runs, $"bad{string.Concat(text.Where(letter => letter is not '/'))}/20260102-030406", [0.5]).Path;
        _program.Invoke("note", folder, text, "--runs", _program.Runs);
        File.WriteAllText(Path.Combine(folder, "run.json"), new JsonObject
        {
            ["status"] = text,
            ["error"] = text,
            ["command"] = new JsonArray(text),
            ["git_commit"] = text,
            ["machine"] = new JsonObject { [text] = text },
            ["data"] = new JsonObject { [text] = new JsonObject { [text] = text } },
            ["best"] = new JsonObject { [text] = new JsonObject { ["value"] = 1 } },
            ["results"] = new JsonArray(new JsonObject { ["do"] = text, ["name"] = text, ["values"] = new JsonObject { [text] = 1 } }),
        }.ToJsonString());
        File.AppendAllText(Path.Combine(folder, "metrics.jsonl"), new JsonObject { ["step"] = 2, ["phase"] = text, ["name"] = text, ["values"] = new JsonObject { [text] = 1 } }.ToJsonString() + "\n");
        File.WriteAllText(Path.Combine(folder, "model.json"), new JsonObject { ["layers"] = new JsonArray(new JsonObject { ["name"] = text, ["class"] = text, ["shape"] = text, ["options"] = new JsonObject { [text] = text } }) }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "origins.json"), new JsonObject { ["seed"] = new JsonArray("file", text, text) }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "notes.json"), new JsonObject { ["tags"] = new JsonArray(text), ["note"] = text }.ToJsonString());

        foreach (var arguments in new[]
        {
            new[] { "list" }, ["list", "--cols", "run,status,note,error,tag"], ["show", folder], ["show", folder, "--explain", "seed"], ["note", folder], ["tag", folder],
            ["compare", folder, "good"], ["compare", folder, "good", "--markdown"], ["compare", folder, "good", "--group"],
        })
        {
            Assert.Equal(0, _program.Invoke([.. arguments, "--runs", _program.Runs]));
            Assert.True(!(_program.Output + _program.Errors).Any(letter => letter != '\n' && (char.IsControl(letter) || letter is '\u202E' or '\u2066' or '\u2028')), $"{string.Join(' ', arguments)}:\n{_program.Output}");
        }

        _program.Invoke("compare", folder, "good", "--csv", "--runs", _program.Runs);
        Assert.DoesNotContain(",=cmd", _program.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("\e[31m")]
    [InlineData("../x")]
    [InlineData("a\nb")]
    [InlineData("<b>")]
    public void SuchAWordIsNoTag(string tag)
    {
        Assert.Equal(2, _program.Invoke("tag", "--runs", _program.Runs, "--", "good", tag));
        Assert.False(File.Exists(Path.Combine(_program.Runs, "good", "20260102-030405", "notes.json")));
    }

    [Fact]
    public void ANoteHasALimit() => Assert.Equal(2, _program.Invoke("note", "good", new string('x', 200_000), "--runs", _program.Runs));

    [Fact]
    public void ARunBehindALinkIsNotRemoved()
    {
        MadeUpRun.Make(_program.Of("elsewhere"), "toy/20260102-030405", [0.5]);
        File.CreateSymbolicLink(Path.Combine(_program.Runs, "linked"), _program.Of("elsewhere/toy"));

        Assert.Equal(2, _program.Invoke("rm", "linked", "--runs", _program.Runs));
        Assert.Equal(2, _program.Invoke("rm", _program.Of("elsewhere/toy/20260102-030405"), "--runs", _program.Runs));

        Assert.True(Directory.Exists(_program.Of("elsewhere/toy/20260102-030405")));
    }

    [Fact]
    public void ALinkInTheTrashIsDeletedAndNotWhatItLeadsTo()
    {
        File.CreateSymbolicLink(Path.Combine(_program.Runs, "good", "20260102-030405", "out"), _program.Of("secret"));

        _program.Invoke("rm", "good", "--empty-trash", "--runs", _program.Runs);

        Assert.Equal("mine", File.ReadAllText(_program.Of("secret/file")));
    }

    [Fact]
    public void ARunAtWorkIsNotRemoved()
    {
        using var me = System.Diagnostics.Process.GetCurrentProcess();
        var folder = MadeUpRun.Make(_program.Runs, "busy/20260102-030405", [0.5], status: "running");

        Assert.Equal(2, _program.Invoke("rm", "busy", "--runs", _program.Runs));

        Assert.Contains("is running", _program.Errors, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder.Path));
    }

    [Fact]
    public void HugeAndDeadFilesAreListedInTime()
    {
        var folder = MadeUpRun.Make(_program.Runs, "huge/20260102-030406", [0.5]);
        foreach (var file in new[] { "run.json", "metrics.jsonl", "resolved.yaml", "model.json", "notes.json", "origins.json" })
        {
            using var stream = File.Create(Path.Combine(folder.Path, file));
            stream.SetLength(1L << 30); // all zeros, no room taken
        }

        var dead = Directory.CreateDirectory(Path.Combine(_program.Runs, "dead", "20260102-030407")).FullName;
        foreach (var file in new[] { "run.json", "metrics.jsonl", "resolved.yaml", "model.json", "notes.json" })
        {
            File.CreateSymbolicLink(Path.Combine(dead, file), "/no/such/file");
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var arguments in new[] { new[] { "list", "--where", "status = unknown" }, ["show", folder.Path], ["compare", folder.Path, "good"], ["list", "--json"] })
        {
            Assert.Equal(0, _program.Invoke([.. arguments, "--runs", _program.Runs]));
        }

        Assert.Equal(3, JsonNode.Parse(_program.Output)!.AsArray().Count);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds < 60, "Files of zeros took too long.");
    }

    private List<string> Everything() =>
        [.. Directory.EnumerateFileSystemEntries(_program.Of("."), "*", SearchOption.AllDirectories).Select(path => $"{path} {(File.Exists(path) ? File.ReadAllText(path) : "")}").Order(StringComparer.Ordinal)];
}
