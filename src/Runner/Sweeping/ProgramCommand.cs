using System.Diagnostics;

namespace ExperimentRunner.Runner.Sweeping;

/// <summary>How this program is started once more.</summary>
internal static class ProgramCommand
{
    /// <summary>The words before the arguments: the program's own file, or <c>dotnet</c> and its assembly.</summary>
    internal static IReadOnlyList<string> Words
    {
        get
        {
            var assembly = typeof(ProgramCommand).Assembly.Location;
            var host = Environment.ProcessPath;
            return host is not null && Path.GetFileNameWithoutExtension(host) == Path.GetFileNameWithoutExtension(assembly)
                ? [host]
                : [host is not null && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", "exec", assembly];
        }
    }

    /// <summary>A process of it.</summary>
    internal static ProcessStartInfo With(IEnumerable<string> arguments)
    {
        var words = Words;
        return new ProcessStartInfo(words[0], words.Skip(1).Concat(arguments)) { RedirectStandardOutput = true, RedirectStandardError = true };
    }
}
