using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Tests.Expectations;

/// <summary>
/// What people read when a file is wrong, whole. Each <c>NN-name.yaml</c> here has its <c>NN-name.txt</c>, which is reviewed like
/// code. After a change that is meant, <c>UPDATE_EXPECTATIONS=1 dotnet test --filter Expectations</c> writes the texts anew; read
/// the difference before it is committed. The variable is never set where changes are only checked.
/// </summary>
/// <remarks>
/// A first line such as <c># runner validate 70-set.yaml --set seed=x</c> is the command; else it is <c>validate</c> alone. Files
/// that are no text are made here, and have only their <c>.txt</c>.
/// </remarks>
public class ExpectationsTests
{
    private static readonly string Folder = FindFolder();

    /// <summary>Files that cannot be committed, by case: each makes <c>e.yaml</c> in an empty folder, or does not.</summary>
    private static readonly Dictionary<string, Action<TempFolder>> Made = new()
    {
        ["90-missing-file"] = folder => File.WriteAllText(folder.Of("f.yaml"), "name: other\n"),
        ["91-folder"] = folder => File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder.Of("e.yaml")).FullName, "cnn.yaml"), ""),
        ["92-bytes-of-zero"] = folder => File.WriteAllBytes(folder.Of("e.yaml"), [0x89, 0x48, 0x44, 0x46, 0, 1, 2]),
        ["93-latin-1"] = folder => File.WriteAllBytes(folder.Of("e.yaml"), [.. "name: caf"u8, 0xE9, (byte)'\n']),
        ["94-utf-16"] = folder => File.WriteAllText(folder.Of("e.yaml"), "name: cnn\n", Encoding.Unicode),
        ["95-huge"] = folder => File.WriteAllText(folder.Of("e.yaml"), "# " + new string('x', 11_000_000)),
        ["96-no-permission"] = folder => File.WriteAllText(folder.Of("e.yaml"), "name: cnn\n"),
        ["97-many-values"] = folder => File.WriteAllText(folder.Of("e.yaml"), $"vars: [{string.Join(", ", Enumerable.Repeat("1", 100_001))}]\n"),
        ["98-escape-sequences"] = folder => File.WriteAllText(folder.Of("e.yaml"), "name: cnn\n\"\\e[31mred\": \e[31m\n"),
        ["99-no-folder"] = folder => { },
    };

    public static TheoryData<string> Names()
    {
        var names = Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(names);
        return new TheoryData<string>(names);
    }

    public static TheoryData<string> MadeNames() =>
        new(Made.Keys.Where(name => name != "96-no-permission" || !OperatingSystem.IsWindows()).ToArray()); // Windows has no such mode

    [Theory, MemberData(nameof(Names))]
    public void AMistakeIsToldInTheseWords(string name)
    {
        var first = File.ReadLines(Path.Combine(Folder, name + ".yaml")).FirstOrDefault("");
        var command = first.StartsWith("# runner ", StringComparison.Ordinal) ? first[2..] : $"runner validate {name}.yaml";

        Compare(name, Told(command, Folder));
    }

    [Theory, MemberData(nameof(MadeNames))]
    public void AFileThatIsNoTextIsToldInTheseWords(string name)
    {
        using var folder = new TempFolder();
        Made[name](folder);

        var command = $"runner validate {(name == "99-no-folder" ? "experiments/e.yaml" : "e.yaml")}";
        Compare(name, name == "96-no-permission" && !OperatingSystem.IsWindows() ? Unreadable(folder.Of("e.yaml"), () => Told(command, folder.Path)) : Told(command, folder.Path));
    }

    private static void Compare(string name, string told)
    {
        var expected = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTATIONS") == "1") File.WriteAllText(expected, told);

        Assert.Equal(File.ReadAllText(expected).ReplaceLineEndings("\n"), told);
    }

    /// <summary>Runs a command as if in a folder; what it says, without the folder's own path, and its exit code.</summary>
    private static string Told(string command, string folder)
    {
        using var screen = new StringWriter { NewLine = "\n" };
        var arguments = Words(command).Skip(1).Select(word => word.EndsWith(".yaml", StringComparison.Ordinal) && !word.Contains('=', StringComparison.Ordinal) ? Path.Combine(folder, word) : word).ToArray();
        var code = CommandLine.Invoke(arguments, new Terminal(screen, screen, outputRedirected: true, errorRedirected: true));
        return $"$ {command}\n{screen.ToString().Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}exit code {code}\n";
    }

    /// <summary>The words of a command; those in single quotes are one.</summary>
    private static IEnumerable<string> Words(string command) =>
        command.Split('\'').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Does something while a file may not be read: root gives up its rights for a while, others take them from the file.</summary>
    [UnsupportedOSPlatform("windows")]
    private static string Unreadable(string file, Func<string> tell)
    {
        File.SetUnixFileMode(file, UnixFileMode.None);
        if (!Environment.IsPrivilegedProcess) return tell();

        var told = "";
        var thread = new Thread(() =>
        {
            _ = SetFileUser(65534); // this thread alone opens files as nobody, who may search root's folder
            told = tell();
            _ = SetFileUser(0);
        });
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        thread.Start();
        thread.Join();
        return told;
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetFileUser(uint user);

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExperimentRunner.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Runner.Tests", "Expectations");
    }
}
