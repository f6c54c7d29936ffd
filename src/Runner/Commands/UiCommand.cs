using System.CommandLine;
using System.Net;
using ExperimentRunner.Runner.Browser;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner ui</c>: the runs in a browser.</summary>
internal static class UiCommand
{
    private const int UsualPort = 8265;

    internal static Command Make(Terminal terminal)
    {
        var port = LocalServer.Port(UsualPort);
        var runs = AskingOptions.Runs();
        var command = new Command("ui", "Show the runs in a browser, live.") { port, runs };
        command.SetAction(parsed =>
        {
            var chosen = LocalServer.Choose(parsed.GetValue(port), UsualPort, IPAddress.Loopback);
            return Serve(terminal, chosen, ExperimentOptions.RootOf(parsed.GetValue(runs)));
        });
        return command;
    }

    private static int Serve(Terminal terminal, int port, string root)
    {
        Directory.CreateDirectory(root);
        Run().GetAwaiter().GetResult();
        return ExitCodes.Done;

        async Task Run()
        {
            await using var host = await BrowserHost.Start(root, port, TimeProvider.System).ConfigureAwait(false);
            terminal.Print($"The runs of {root}:");
            terminal.PrintWhole(host.Address.ToString());
            terminal.Say("Ctrl-C ends it.");
            await host.WaitForEnd().ConfigureAwait(false);
        }
    }
}
