using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Tests.Definitions;

public class ReadingTests
{
    private readonly List<ConfigError> _errors = [];

    private Reading Reading => new Reading(Dialect.Experiment, _errors).In("model").In("layers").In(2).In("Dense");

    [Fact]
    public void AMistakeKnowsItsWay()
    {
        Assert.False(Reading.Fail(new ListNode([], SourceSpan.Nowhere), "It is wrong.", "right"));

        Assert.Equal(new ConfigError(SourceSpan.Nowhere, "It is wrong.", "right", "model.layers[2].Dense"), Assert.Single(_errors));
    }

    [Fact]
    public void WhatIsBrokenIsNotToldTwice()
    {
        Assert.False(Reading.Fail(new BrokenNode(SourceSpan.Nowhere), "It is wrong."));
        Assert.False(Reading.Mismatch(new BrokenNode(SourceSpan.Nowhere), "a number"));

        Assert.Empty(_errors);
    }

    [Theory]
    [InlineData("128", "Dense is the number 128.")]
    [InlineData("", "Dense is null.")]
    [InlineData("None", "Dense is 'None', which is Python: write null.")]
    [InlineData("units:1", "Dense is 'units:1', which lacks a space after the colon: write units: 1.")]
    public void AMismatchSaysWhatIsThere(string text, string problem)
    {
        Reading.Mismatch(new ScalarNode(text, quoted: false, SourceSpan.Nowhere), "a list");

        Assert.Equal(problem, Assert.Single(_errors).Problem);
    }

    [Fact]
    public void WhereNullWouldDoTheMessageSaysSo()
    {
        Reading.OrNull().Mismatch(new ScalarNode("x", quoted: false, SourceSpan.Nowhere), "a number");

        Assert.Equal("a number, or null", Assert.Single(_errors).Expected);
    }
}
