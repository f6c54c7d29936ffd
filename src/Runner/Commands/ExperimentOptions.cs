using System.CommandLine;

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
}
