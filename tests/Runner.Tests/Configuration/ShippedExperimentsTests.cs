using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Configuration;

/// <summary>Every experiment that the project ships has no mistake.</summary>
public class ShippedExperimentsTests
{
    public static TheoryData<string> Files
    {
        get
        {
            var files = Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray();
            Assert.NotEmpty(files);
            return new TheoryData<string>(files);
        }
    }

    private static string Folder
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "ExperimentRunner.sln")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return Path.Combine(folder, "experiments");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void IsValid(string file)
    {
        using var program = new ProgramUnderTest();

        var code = program.Invoke("validate", Path.Combine(Folder, file));

        Assert.True(code == 0, program.Errors + program.Output);
    }
}
