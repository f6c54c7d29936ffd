using System.CommandLine;
using System.Net;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Serving;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner serve RUN|MODEL</c>: the model over HTTP.</summary>
internal static class ServeCommand
{
    private const int UsualPort = 8501; // TensorFlow Serving's

    internal static Command Make(Terminal terminal)
    {
        var model = AskingOptions.Model();
        var (port, runs, batchSize, engine) = (LocalServer.Port(UsualPort), AskingOptions.Runs(), AskingOptions.BatchSize(), Predictor.Option());
        engine.Description = "What computes: torch, or onnx for ONNX Runtime; unless said, onnx where it knows every layer.";
        var host = new Option<string?>("--host") { Description = "The address to listen on; this machine alone by default. 0.0.0.0 lets everybody ask who reaches this machine.", HelpName = "ADDRESS" };
        var name = new Option<string?>("--name") { Description = "The name that the model is asked by, in place of the run's or the file's.", HelpName = "NAME" };
        var command = new Command("serve", "Let programs ask a saved model or a run's over HTTP, as TensorFlow Serving does.") { model, port, host, name, batchSize, engine, runs };
        command.SetAction(parsed =>
        {
            var (reference, address) = (parsed.GetRequiredValue(model), AddressOf(parsed.GetValue(host)));
            var chosen = LocalServer.Choose(parsed.GetValue(port), UsualPort, address);
            var root = ExperimentOptions.RootOf(parsed.GetValue(runs));
            var opened = NamedModel.Open(reference, root, sentence => terminal.Say($"warning: {sentence}"));
            var asked = parsed.GetValue(name) is { Length: > 0 } said ? said : NameOf(reference, root);
            using var served = new ServedModel(asked, opened, parsed.GetValue(engine), parsed.GetValue(batchSize));
            Serve(terminal, served, address, chosen).GetAwaiter().GetResult();
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The name of what is asked: the file's without its ending, or that of the run's experiment.</summary>
    private static string NameOf(string reference, string root) => File.Exists(reference) ? Path.GetFileNameWithoutExtension(reference) : RunReference.Find(reference, root).Name;

    private static IPAddress AddressOf(string? host) => host switch
    {
        null or "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(host, out var address) => address,
        _ => throw new WrongCommandException($"--host {host} is no address. Expected one of this machine's, as 127.0.0.1, or 0.0.0.0 for all."),
    };

    private static async Task Serve(Terminal terminal, ServedModel model, IPAddress address, int port)
    {
        await using var host = await ServingHost.Start(model, address, port).ConfigureAwait(false);
        terminal.PrintWhole($"{host.Address}");
        terminal.Say($"{string.Join(", ", model.Graph.Inputs.Select(input => $"{input.Name} {input.Spec.Shape}"))} → "
            + $"{string.Join(", ", model.Graph.Outputs.Select(output => $"{output.Name} {output.Spec.Shape}"))}, computed by {(model.Engine == PredictionEngine.Onnx ? "ONNX Runtime" : "libtorch")}");
        terminal.Say($"POST {host.Address}:predict with {{\"instances\": [ … ]}} asks it. Ctrl-C ends it.");
        await host.WaitForEnd().ConfigureAwait(false);
    }
}
