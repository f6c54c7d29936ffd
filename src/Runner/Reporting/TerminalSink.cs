using Serilog.Core;
using Serilog.Events;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Shows the program's log to people: the sentence alone, with a word before it when it is bad news.</summary>
internal sealed class TerminalSink(Terminal terminal) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var text = logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture);
        terminal.Say(logEvent.Level switch
        {
            LogEventLevel.Warning => Coloured("33", "warning: ") + text,
            LogEventLevel.Error or LogEventLevel.Fatal => Coloured("31", "error: ") + text,
            _ => text,
        });
    }

    private string Coloured(string code, string text) => terminal.ErrorsInColour ? $"\e[{code}m{text}\e[0m" : text;
}
