using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>Names that Keras has and this program does not, each with the reason to tell.</summary>
public static class LeftOut
{
    private const string Code = "it holds Python code, and a file here is data";

    private static readonly Dictionary<(Type Kind, string Name), string> Reasons = new()
    {
        [(typeof(Layer), "Lambda")] = Code,
        [(typeof(Callback), "LambdaCallback")] = Code,
        [(typeof(Callback), "OrbaxCheckpoint")] = "it writes JAX's own checkpoints; ModelCheckpoint and 'runtime: {checkpoint: …}' keep what they do",
        [(typeof(Loss), "LossFunctionWrapper")] = "it holds a Python function that is not Keras's own",
        [(typeof(Layer), "TFSMLayer")] = "it runs a TensorFlow program",
        [(typeof(Layer), "JaxLayer")] = "it runs a JAX program",
        [(typeof(Layer), "FlaxLayer")] = "it runs a JAX program",
        [(typeof(Layer), "TorchModuleWrapper")] = "it runs a PyTorch program",
        [(typeof(Layer), "MixUp")] = "it mixes labels, which a layer does not see",
        [(typeof(Layer), "CutMix")] = "it mixes labels, which a layer does not see",
    };

    /// <summary>A sentence that tells why a name is left out, or null when Keras has no such name either.</summary>
    public static string? ReasonFor(Type kind, string name) =>
        Reasons.TryGetValue((kind, name), out var reason) ? $"'{name}' is Keras's, but left out here: {reason}."
        : null;
}
