using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Operations;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>Names that Keras has and this program does not, each with the reason to tell.</summary>
public static class LeftOut
{
    private const string Code = "it holds Python code, and a file here is data";

    private const string Complex = "its numbers are complex, and tensors between layers are real";

    private const string Values = "how long its result is depends on the values";

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
        [(typeof(Operation), "AssociativeScan")] = Code,
        [(typeof(Operation), "Cond")] = Code,
        [(typeof(Operation), "ForiLoop")] = Code,
        [(typeof(Operation), "JVP")] = Code,
        [(typeof(Operation), "Map")] = Code,
        [(typeof(Operation), "Scan")] = Code,
        [(typeof(Operation), "Switch")] = Code,
        [(typeof(Operation), "VectorizedMap")] = Code,
        [(typeof(Operation), "WhileLoop")] = Code,
        [(typeof(Operation), "Eig")] = Complex,
        [(typeof(Operation), "Polar")] = Complex,
        [(typeof(Operation), "ViewAsComplex")] = Complex,
        [(typeof(Operation), "ViewAsReal")] = Complex,
        [(typeof(Operation), "Nonzero")] = Values,
        [(typeof(Operation), "Unique")] = Values,
        [(typeof(Operation), "Arange")] = Values,
        [(typeof(Operation), "Ndim")] = "its result is a number of Python's, not a tensor",
        [(typeof(Operation), "Size")] = "its result is a number of Python's, not a tensor",
        [(typeof(Operation), "View")] = "it reads the bytes of numbers as those of another type",
        [(typeof(Operation), "ElasticTransform")] = "it draws at random when the model predicts too; the layer RandomElasticTransform does so in training",
        [(typeof(Operation), "SegmentReduction")] = "it is what SegmentSum, SegmentProd, SegmentMax and SegmentMin have in common",
    };

    /// <summary>A sentence that tells why a name is left out, or null when Keras has no such name either.</summary>
    public static string? ReasonFor(Type kind, string name) =>
        Reasons.TryGetValue((kind, name), out var reason) ? $"'{name}' is Keras's, but left out here: {reason}."
        : null;
}
