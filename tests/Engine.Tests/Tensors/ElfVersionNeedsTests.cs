using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Tensors;

public class ElfVersionNeedsTests
{
    [Fact]
    public void OneNeedOfTorchSharpsLibraryIsWeakened()
    {
        if (!OperatingSystem.IsLinux()) return;
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
        var before = file.ToArray();

        Assert.True(ElfVersionNeeds.TryWeaken(file, "GLIBCXX_3.4.32"));

        var changed = Assert.Single(Enumerable.Range(0, file.Length), i => file[i] != before[i]);
        Assert.Equal(2, file[changed] - before[changed]);
    }

    [Fact]
    public void AVersionThatIsNotNeededIsNotFound()
    {
        if (!OperatingSystem.IsLinux()) return;
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));

        Assert.False(ElfVersionNeeds.TryWeaken(file, "GLIBCXX_3.4.99"));
    }

    [Fact]
    public void AFileThatIsNoLibraryIsLeftAlone() => Assert.False(ElfVersionNeeds.TryWeaken(new byte[100], "GLIBCXX_3.4.32"));
}
