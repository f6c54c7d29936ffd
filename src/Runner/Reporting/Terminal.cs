using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>
/// Where people read: tables on standard output, what is going on on standard error, with one live line at its end. Colours and
/// the live line vanish where the output is no terminal.
/// </summary>
internal sealed class Terminal
{
    private const int WidthOfFiles = 160;
    private readonly Lock _gate = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _live;
    private string _line = "";

    /// <summary>The process's own terminal.</summary>
    internal Terminal()
        : this(Console.Out, Console.Error, Console.IsOutputRedirected, Console.IsErrorRedirected)
    {
    }

    /// <summary>A terminal on these writers.</summary>
    internal Terminal(TextWriter output, TextWriter error, bool outputRedirected, bool errorRedirected)
    {
        (_output, _error) = (output, error);
        _live = !errorRedirected;
        ErrorsInColour = _live && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
        Out = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = outputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = outputRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        if (outputRedirected)
        {
            Out.Profile.Width = WidthOfFiles;
        }
    }

    /// <summary>Standard output.</summary>
    internal IAnsiConsole Out { get; }

    /// <summary>Whether standard error shows colours.</summary>
    internal bool ErrorsInColour { get; }

    /// <summary>Whether there is a live line; where there is none, progress is told in lines now and then.</summary>
    internal bool IsLive => _live;

    /// <summary>Prints a line on standard output.</summary>
    internal void Print(string line) => Out.WriteLine(line);

    /// <summary>Prints a line for programs on standard output, however long it is.</summary>
    internal void PrintWhole(string line) => _output.WriteLine(line);

    /// <summary>Prints a whole text on standard output.</summary>
    internal void PrintText(string text) => _output.Write(text);

    /// <summary>Says a line on standard error, above the live line.</summary>
    internal void Say(string text)
    {
        lock (_gate)
        {
            Clear();
            _error.WriteLine(text);
            Draw();
        }
    }

    /// <summary>Changes the live line; empty takes it away.</summary>
    internal void Live(string line)
    {
        if (!_live)
        {
            return;
        }

        lock (_gate)
        {
            var width = Math.Max(20, SafeWidth() - 1);
            Clear();
            _line = line.Length > width ? line[..width] : line;
            Draw();
        }
    }

    private static int SafeWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private void Clear()
    {
        if (_line.Length > 0)
        {
            _error.Write("\r\e[2K");
        }
    }

    private void Draw()
    {
        if (_line.Length > 0)
        {
            _error.Write(_line);
            _error.Flush();
        }
    }
}
