using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>A layer that disturbs its input at random in training, and passes it on otherwise.</summary>
public abstract record NoiseLayer : UnaryLayer, IDrawsAtRandom
{
    /// <summary>Makes the noise another one; null is the run's seed alone.</summary>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <summary>Whether there is no noise, even in training.</summary>
    private protected abstract bool Silent { get; }

    /// <summary>Disturbs the input.</summary>
    /// <param name="x">The input.</param>
    /// <param name="key">Where the call's random numbers come from.</param>
    private protected abstract Tensor Disturb(Tensor x, RandomKey key);

    /// <summary>Numbers of the standard normal distribution, of a tensor's shape and type.</summary>
    private protected static Tensor Normal(Tensor x, RandomKey key)
    {
        var noise = empty(x.shape, ScalarType.Float32);
        key.FillNormal(MemoryMarshal.Cast<byte, float>(noise.bytes));
        return noise.to_type(x.dtype);
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => new(input.Shape);

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var silent = Silent;
        return new FunctionModule((x, call) => call.Training && !silent
            ? Disturb(call.Cast(x), Seed is { } seed ? call.Key.Derive(seed) : call.Key)
            : call.Cast(x), (onnx, x) => onnx.Float(x));
    }
}
