using System.CommandLine;
using ExperimentRunner.Runner.Browser;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner ui</c>: the runs in a browser.</summary>
internal static class UiCommand
{
    private const int UsualPort = 8265;

    internal static Command Make(Terminal terminal)
    {
        var port = new Option<int?>("--port") { Description = $"The port to listen on; {UsualPort} by default, or another where that is taken. 0 is any that is free.", HelpName = "PORT" };
        var runs = AskingOptions.Runs();
        var command = new Command("ui", "Show the runs in a browser, live.") { port, runs };
        command.SetAction(parsed =>
        {
            var said = parsed.GetValue(port);
            return said is < 0 or > 65535
                ? throw new WrongCommandException($"--port {said} is no port. Expected a number from 0 to 65535.")
                : Serve(terminal, said, ExperimentOptions.RootOf(parsed.GetValue(runs)));
        });
        return command;
    }

    private static int Serve(Terminal terminal, int? said, string root)
    {
        if (said is > 0 and var wanted && !BrowserHost.IsFree(wanted))
        {
            throw new WrongCommandException($"Port {wanted} is taken by another program. --port 0 takes any that is free.");
        }

        Directory.CreateDirectory(root);
        Run().GetAwaiter().GetResult();
        return ExitCodes.Done;

        async Task Run()
        {
            await using var host = await BrowserHost.Start(root, said ?? (BrowserHost.IsFree(UsualPort) ? UsualPort : 0), TimeProvider.System).ConfigureAwait(false);
            terminal.Print($"The runs of {root}:");
            terminal.PrintWhole(host.Address.ToString());
            terminal.Say("Ctrl-C ends it.");
            await host.WaitForEnd().ConfigureAwait(false);
        }
    }
}
