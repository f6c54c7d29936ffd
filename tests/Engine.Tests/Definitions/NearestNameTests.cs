using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Tests.Definitions;

public class NearestNameTests
{
    [Theory]
    [InlineData("unit", "units")]
    [InlineData("activatoin", "activation")]
    [InlineData("Useb_ias", "use_bias")]
    [InlineData("categorical_crosentropy", "categorical_crossentropy")]
    [InlineData("CategoricalCrosentropy", "CategoricalCrossentropy")]
    public void TheNearestIsTheOneSpelledMostAlike(string name, string nearest) => Assert.Equal(
        nearest, NearestName.Of(name, ["CategoricalCrossentropy", "activation", "categorical_crossentropy", "units", "use_bias"]));

    [Theory]
    [InlineData("kernel_size")]
    [InlineData("x")]
    [InlineData("")]
    public void WhatIsNearNothingHasNoHint(string name) => Assert.Equal("", NearestName.Hint(name, ["units", "activation", "y"]));
}
