using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class ExperimentSourceTests
{
    [Fact]
    public void FilesAreCalledAsTheUserTypedThem()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Of("sub"));
        File.WriteAllText(folder.Of("sub/e.yaml"), "extends: ./parts/b.yaml\na: 1");
        Directory.CreateDirectory(folder.Of("sub/parts"));
        File.WriteAllText(folder.Of("sub/parts/b.yaml"), "b: 1");
        var typed = Path.GetRelativePath(Environment.CurrentDirectory, folder.Of("sub/e.yaml"));

        var source = ExperimentSource.Load(typed);

        Assert.Equal([typed, typed.Replace("e.yaml", "parts/b.yaml", StringComparison.Ordinal)], source.Files.Select(file => file.Text.Name));
        Assert.Equal([folder.Of("sub/e.yaml"), folder.Of("sub/parts/b.yaml")], source.Files.Select(file => file.Path));
        Assert.Equal(folder.Of("sub"), source.Root!["a"]!.At.Source.Folder);
    }

    [Fact]
    public void AllMistakesOfAFileAndItsArgumentsComeTogether()
    {
        Assert.Equal(
            ["2:1: 'a' is given twice; the first is on line 1.", "--set:1:1: No '=' says what to set.", "3:4: There is no variable '$nope'."],
            Read.ExperimentMistakes("a: 1\na: 2\nc: $nope", ["x"]));
    }

    [Fact]
    public void AfterASyntaxErrorThereIsNothingToRead()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "a: [1")], ["a=2"]);

        Assert.Null(source.Root);
        Assert.Single(source.Errors);
        Assert.Single(source.Files);
    }

    [Fact]
    public void AMarkAtTheStartOfAFileIsNoPartOfIt()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("e.yaml"), "a: 1", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("{a: 1}", Read.Text(ExperimentSource.Load(folder.Of("e.yaml")).Root!));
    }

    [Fact]
    public void ExtendedFilesTogetherHaveTheSameLimit()
    {
        using var folder = new TempFolder();
        var items = string.Join(", ", Enumerable.Repeat("1", 60_000));

        var source = Read.Files(folder, [("e.yaml", $"extends: b.yaml\na: [{items}]"), ("b.yaml", $"b: [{items}]")]);

        Assert.Null(source.Root);
        Assert.StartsWith("With all it extends and its variables written out, this holds more than 100000 values.", Assert.Single(source.Errors).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTextsAreTheFilesThenTheArguments()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "a: 1")], ["a=2", "b=3"]);

        Assert.Equal(["a: 1", "a=2", "b=3"], source.Texts.Select(text => text.Content));
        Assert.Equal("{a: 2, b: 3}", Read.Text(source.Root!));
    }

    [Fact]
    public void AnEndlessFileIsReadOnlyToItsLimit()
    {
        if (!File.Exists("/dev/zero")) return;

        Assert.Equal("'/dev/zero' is larger than 10 MB.", Assert.Single(ExperimentSource.Load("/dev/zero").Errors).Problem);
    }
}
