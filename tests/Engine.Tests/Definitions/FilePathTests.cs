using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Tests.Definitions;

public class FilePathTests
{
    private static readonly SourceText Text = new("exp/a.yaml", "/home/me/exp", "");

    [Theory]
    [InlineData("data.npz", "/home/me/exp/data.npz")]
    [InlineData("../data.npz", "/home/me/data.npz")]
    [InlineData("./a/../b.npz", "/home/me/exp/b.npz")]
    [InlineData("/data/c.npz", "/data/c.npz")]
    public void ARelativePathStartsAtTheFolderOfTheTextItStandsIn(string written, string full)
    {
        var path = Reading.Read<FilePath>(Scalar(written));

        Assert.Equal((written, full), (path.Written, path.Full));
        Assert.Equal(written, path.ToString());
    }

    [Fact]
    public void ItIsWrittenInFullUnlessAVariableMustSurvive()
    {
        var form = Form.Of(typeof(FilePath));
        var source = Scalar("data.npz");
        var path = Reading.Read<FilePath>(source);
        var filledIn = new ScalarNode("/secret/a.npz", quoted: false, new SourceSpan(Text, 1, 1)) { Written = "$env.DATA" };

        Assert.Equal("/home/me/exp/data.npz", ((ScalarNode)form.Write(path, source, Dialect.Experiment)).Text);
        Assert.Equal("/home/me/exp/data.npz", ((ScalarNode)form.Write(path, null, Dialect.Experiment)).Text);
        Assert.Equal("$env.DATA", ((ScalarNode)form.Write(Reading.Read<FilePath>(filledIn), filledIn, Dialect.Experiment)).Text);
    }

    [Fact]
    public void WhatIsNoPathIsToldWhereItStands()
    {
        foreach (var node in new Node[] { Scalar(""), Scalar("null"), Scalar("a\0b"), new ListNode([], new SourceSpan(Text, 1, 1)) })
        {
            var error = Assert.Single(Assert.Throws<ConfigException>(() => Reading.Read<FilePath>(node)).Errors);
            Assert.Equal("the path of a file or folder", error.Expected);
        }
    }

    private static ScalarNode Scalar(string text) => new(text, quoted: false, new SourceSpan(Text, 3, 5));
}
