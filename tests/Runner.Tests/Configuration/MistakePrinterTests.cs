using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class MistakePrinterTests
{
    private static readonly SourceText Cnn = new("experiments/cnn.yaml", "/", string.Concat(Enumerable.Repeat("\n", 13)) + "        unit: 128\nb: 2");
    private static readonly ConfigError Unit = new(
        new SourceSpan(Cnn, 14, 9, 4), "Dense has no option 'unit'. Did you mean 'units'?", "one of units, activation, use_bias, …", "model.layers[2].Dense");

    [Fact]
    public void AMistakeIsPlaceProblemLineAndWhatWasExpected() => Assert.Equal(
        """
        experiments/cnn.yaml:14:9: error: Dense has no option 'unit'. Did you mean 'units'?
           14 |         unit: 128
              |         ^^^^
          model.layers[2].Dense: expected one of units, activation, use_bias, …

        """,
        Print(Unit));

    [Fact]
    public void SeveralAreInOrderAndCounted()
    {
        var base1 = new SourceText("base.yaml", "/", "x: 1");
        var text = new MistakePrinter(colour: false).Print(
            [new ConfigError(new SourceSpan(base1, 1, 4), "Third."), new ConfigError(new SourceSpan(Cnn, 15, 4), "Second."), Unit, Unit], sources: [Cnn, base1]);

        Assert.Equal(["Did you mean", "Second.", "Third."], text.Split('\n').Where(line => line.Contains("error:", StringComparison.Ordinal)).Select(line => line.Contains("Did you mean", StringComparison.Ordinal) ? "Did you mean" : line.Split("error: ")[1]));
        Assert.EndsWith("\n3 mistakes in experiments/cnn.yaml and base.yaml\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AWarningSaysSoAndIsNotCounted()
    {
        var mistakes = new Mistakes();
        mistakes.Errors.Add(Unit);
        mistakes.Warn(new SourceSpan(Cnn, 15, 4), "It is two.", "b");

        Assert.EndsWith("experiments/cnn.yaml:15:4: warning: It is two.\n   15 | b: 2\n      |    ^\n", new MistakePrinter(colour: false).Print(mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\ta:\tb", 5, 1, "    1 |     a:    b", "      |           ^")]
    [InlineData("名: 値", 4, 1, "    1 | 名: 値", "      |     ^^")]
    [InlineData("🙂: x", 5, 1, "    1 | 🙂: x", "      |     ^")]
    [InlineData("a: \u001b[31mx", 4, 5, "    1 | a: ·[31mx", "      |    ^^^^^")]
    [InlineData("abc", 4, 1, "    1 | abc", "      |    ^")]
    [InlineData("abc", 2, 99, "    1 | abc", "      |  ^^")]
    public void TheCaretStandsUnderThePlace(string line, int column, int length, string shown, string caret)
    {
        var lines = Print(new ConfigError(new SourceSpan(new SourceText("f", "/", line), 1, column, length), "X.")).Split('\n');

        Assert.Equal([shown, caret], lines[1..3]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(250, 41)]
    [InlineData(500, 151)]
    public void OfALongLineOnlyWhatIsAroundIsShown(int column, int before)
    {
        var line = new string('a', column - 1) + 'X' + new string('b', 500 - column);
        var lines = Print(new ConfigError(new SourceSpan(new SourceText("f", "/", line), 1, column), "X.")).Split('\n');

        Assert.True(lines[1].Length <= 8 + 162);
        Assert.Equal('X', lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)]);
        Assert.Equal(before > 0, lines[1].Contains("| …", StringComparison.Ordinal));
        Assert.Equal(column < 500, lines[1].EndsWith('…'));
    }

    [Fact]
    public void AWholeFileHasNoLine() => Assert.Equal(
        "f.yaml: error: There is none.\n  expected one\n", Print(new ConfigError(SourceSpan.Whole(new SourceText("f.yaml", "/", "x: 1")), "There is none.", "one")));

    [Fact]
    public void ColoursAreOnlyWhereTheyAreAskedFor()
    {
        Assert.DoesNotContain("\e", Print(Unit), StringComparison.Ordinal);
        Assert.Contains("\e[1;31merror:\e[0m", new MistakePrinter(colour: true).Print([Unit]), StringComparison.Ordinal);
    }

    private static string Print(params ConfigError[] errors) => new MistakePrinter(colour: false).Print(errors);
}
