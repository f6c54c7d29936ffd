using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>Where a layer is built: its path in the model, and where start values come from.</summary>
/// <param name="path">The path of the layer, such as <c>encoder/dense</c>.</param>
/// <param name="seed">The key of the run's start weights.</param>
/// <param name="dry">Whether weights get a shape only, to check and count them without libtorch.</param>
/// <param name="blank">Whether weights are zero, because a file is about to fill them.</param>
public sealed class BuildContext(string path, RandomKey seed, bool dry = false, bool blank = false)
{
    /// <summary>The path of the layer.</summary>
    public string Path { get; } = path;

    /// <summary>What the call that the layer is built for says beside its inputs.</summary>
    public CallOptions Call { get; private init; } = CallOptions.None;

    /// <summary>The same place, for a call that says something beside its inputs.</summary>
    public BuildContext For(CallOptions call) => new(Path, seed, dry, blank) { Call = call };

    /// <summary>Whether weights get a shape only.</summary>
    internal bool IsDry => dry;

    /// <summary>The context of a part of the layer.</summary>
    public BuildContext In(string name) => new(Path.Length == 0 ? name : $"{Path}/{name}", seed, dry, blank);

    /// <summary>Makes a weight. Its start values depend on the seed and its path alone.</summary>
    public Weight Weight(
        string name,
        long[] shape,
        Initializer initializer,
        Regularizer? regularizer = null,
        Constraint? constraint = null,
        bool learned = true)
    {
        var path = Path.Length == 0 ? name : $"{Path}/{name}";
        if (dry)
        {
            return new Weight(path, shape, learned) { Regularizer = regularizer, Constraint = constraint };
        }

        return Made(path, shape, initializer, regularizer, constraint, learned);
    }

    private Weight Made(string path, long[] shape, Initializer initializer, Regularizer? regularizer, Constraint? constraint, bool learned)
    {
        using var scope = NewDisposeScope();
        return new Weight(path, blank ? zeros(shape) : initializer.Make(shape, seed.Derive(path)), learned) { Regularizer = regularizer, Constraint = constraint };
    }
}
