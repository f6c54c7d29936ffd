using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Tests.Expectations;

/// <summary>
/// What people read when a file is wrong, whole. Each <c>NN-name.yaml</c> here has its <c>NN-name.txt</c>, which is reviewed like
/// code. After a change that is meant, <c>UPDATE_EXPECTATIONS=1 dotnet test --filter Expectations</c> writes the texts anew; read
/// the difference before it is committed.
/// </summary>
/// <remarks>A first line such as <c># runner validate 40-set.yaml --set seed=x</c> is the command; else it is <c>validate</c> alone.</remarks>
public class ExpectationsTests
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> Names()
    {
        var names = Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(names);
        return new TheoryData<string>(names);
    }

    [Theory, MemberData(nameof(Names))]
    public void AMistakeIsToldInTheseWords(string name)
    {
        var told = Told(name);
        var expected = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTATIONS") == "1") File.WriteAllText(expected, told);

        Assert.Equal(File.ReadAllText(expected), told);
    }

    private static string Told(string name)
    {
        var first = File.ReadLines(Path.Combine(Folder, name + ".yaml")).FirstOrDefault("");
        var command = first.StartsWith("# runner ", StringComparison.Ordinal) ? first[2..] : $"runner validate {name}.yaml";
        var words = command.Split(' ');
        var changes = words.Select((word, i) => (word, i)).Where(at => at.i > 0 && words[at.i - 1] == "--set").Select(at => at.word).ToList();
        var source = ExperimentSource.Load(Path.Combine(Folder, words[2]), changes, variable => null);
        return $"$ {command}\n{new MistakePrinter(colour: false).Print(source.Errors)}".Replace(Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExperimentRunner.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Runner.Tests", "Expectations");
    }
}
