using System.CommandLine;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary>Arguments that commands about experiment files share.</summary>
internal static class ExperimentOptions
{
    /// <summary><c>--set path=value</c>, any number of times.</summary>
    internal static Option<string[]> Set() => new("--set")
    {
        Description = "Override a value of the file: path.to.key=value, list[0].key=value, list+=item, ~key to remove.",
        HelpName = "path=value",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The folder of runs that is meant.</summary>
    internal static string RootOf(string? said) => Path.GetFullPath(said ?? RunsRoot.For(Environment.CurrentDirectory));
}
