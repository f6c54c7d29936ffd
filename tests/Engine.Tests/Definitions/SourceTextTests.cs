using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Tests.Definitions;

public class SourceTextTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\n\nb", new[] { "a", "", "b" })]
    [InlineData("a\r\nb\rc\n", new[] { "a", "b", "c" })]
    [InlineData("a\u2028b\u0085c", new[] { "a", "b", "c" })]
    public void LinesBreakWhereYamlBreaksThem(string content, string[] lines)
    {
        var text = new SourceText("f", "/", content);

        Assert.Equal(lines, Enumerable.Range(1, text.LineCount).Select(text.Line));
        Assert.Equal("", text.Line(0));
        Assert.Equal("", text.Line(lines.Length + 1));
    }

    [Fact]
    public void APlaceIsCalledAsEditorsCallIt()
    {
        var text = new SourceText("f.yaml", "/", "a");

        Assert.Equal("f.yaml:1:2", new SourceSpan(text, 1, 2).ToString());
        Assert.Equal("f.yaml", SourceSpan.Whole(text).ToString());
    }
}
