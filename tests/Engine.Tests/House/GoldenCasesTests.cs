namespace ExperimentRunner.Engine.Tests.House;

public class GoldenCasesTests
{
    [Theory]
    [InlineData("keras2", 111)]
    [InlineData("keras3", 151)]
    [InlineData("training", 48)]
    [InlineData("fit", 22)]
    [InlineData("continue", 18)]
    public void EverySetIsPacked(string set, int cases) => Assert.Equal(cases, GoldenCases.Names(set).Count);

    [Theory, MemberData(nameof(GoldenCases.Names), "continue", MemberType = typeof(GoldenCases))]
    public void ACaseIsReadAndExtracted(string name)
    {
        var golden = GoldenCases.Open("continue", name);
        Assert.NotNull(golden.Json("case.json")["losses"]);

        using var folder = golden.Extract();

        Assert.Equal(golden.Bytes("final.h5"), File.ReadAllBytes(folder.Of("final.h5")));
        Assert.Equal(golden.Files.Count, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length);
    }
}
