using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>libtorch's own recurrent operations, on weights that are handed in. They take and give <c>[time, batch, …]</c>.</summary>
internal static class RecurrentKernels
{
    private static readonly TorchScript Script = new("""
        def lstm(x: Tensor, states: List[Tensor], weights: List[Tensor], biased: bool, train: bool) -> List[Tensor]:
            y, h, c = torch.lstm(x, states, weights, biased, 1, 0.0, train, False, False)
            return [y, h, c]

        def gru(x: Tensor, state: Tensor, weights: List[Tensor], biased: bool, train: bool) -> List[Tensor]:
            y, h = torch.gru(x, state, weights, biased, 1, 0.0, train, False, False)
            return [y, h]

        def rnn_tanh(x: Tensor, state: Tensor, weights: List[Tensor], biased: bool, train: bool) -> List[Tensor]:
            y, h = torch.rnn_tanh(x, state, weights, biased, 1, 0.0, train, False, False)
            return [y, h]

        def rnn_relu(x: Tensor, state: Tensor, weights: List[Tensor], biased: bool, train: bool) -> List[Tensor]:
            y, h = torch.rnn_relu(x, state, weights, biased, 1, 0.0, train, False, False)
            return [y, h]
        """);

    /// <summary>Gates in the order input, forget, candidate, output; weights are <c>[4 · units, …]</c>.</summary>
    internal static (Tensor Outputs, Tensor H, Tensor C) Lstm(Tensor x, Tensor h, Tensor c, Tensor[] weights)
    {
        var results = Call("lstm", x, new[] { h.unsqueeze(0), c.unsqueeze(0) }, weights);
        return (results[0], results[1].squeeze(0), results[2].squeeze(0));
    }

    /// <summary>Gates in the order reset, update, candidate; weights are <c>[3 · units, …]</c>.</summary>
    internal static (Tensor Outputs, Tensor H) Gru(Tensor x, Tensor h, Tensor[] weights) => One("gru", x, h, weights);

    /// <summary>A plain recurrent network with the activation tanh.</summary>
    internal static (Tensor Outputs, Tensor H) Tanh(Tensor x, Tensor h, Tensor[] weights) => One("rnn_tanh", x, h, weights);

    /// <summary>A plain recurrent network with the activation relu.</summary>
    internal static (Tensor Outputs, Tensor H) Relu(Tensor x, Tensor h, Tensor[] weights) => One("rnn_relu", x, h, weights);

    private static (Tensor Outputs, Tensor H) One(string name, Tensor x, Tensor h, Tensor[] weights)
    {
        var results = Call(name, x, h.unsqueeze(0), weights);
        return (results[0], results[1].squeeze(0));
    }

    // Whether it may go backwards must be said: oneDNN keeps nothing for that otherwise.
    private static Tensor[] Call(string name, Tensor x, object states, Tensor[] weights) =>
        (Tensor[])Script.Call(name, x, states, weights, weights.Length > 2, is_grad_enabled())!;
}
