using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>The program with its output in strings, in a folder of its own.</summary>
internal sealed class ProgramUnderTest : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>What was printed on standard output.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What was said on standard error.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>Where runs are kept.</summary>
    public string Runs => _folder.Of("runs");

    /// <summary>A path in the folder.</summary>
    public string Of(string name) => _folder.Of(name);

    /// <summary>Writes a file into the folder.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Of(name), text);
        return Of(name);
    }

    /// <summary>Runs a command; the result is the exit code.</summary>
    public int Invoke(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = CommandLine.Invoke(arguments, new Terminal(output, errors, outputRedirected: true, errorRedirected: true));
        (Output, Errors) = (output.ToString(), errors.ToString());
        return code;
    }

    /// <summary>Runs what writes to the process's own console, as suggestions for shells do.</summary>
    public void InvokeOnConsole(params string[] arguments)
    {
        using var output = new StringWriter();
        lock (typeof(Console))
        {
            var before = Console.Out;
            Console.SetOut(output);
            try
            {
                Invoke(arguments);
            }
            finally
            {
                Console.SetOut(before);
            }
        }

        Output = output.ToString().ReplaceLineEndings("\n");
    }

    public void Dispose() => _folder.Dispose();
}
