using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>In training, adds normal noise around 0 to its input.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.GaussianNoise</c>.
/// </remarks>
/// <example>GaussianNoise: { stddev: 0.1 }</example>
[KerasName("GaussianNoise")]
public sealed record GaussianNoise : NoiseLayer
{
    /// <summary>The deviation of the noise.</summary>
    [AtLeast(0)]
    [OldName("sigma")]
    public required double Stddev { get; init; }

    /// <inheritdoc/>
    private protected override bool Silent => Stddev == 0;

    /// <inheritdoc/>
    private protected override Tensor Disturb(Tensor x, RandomKey key) => x + Normal(x, key).mul_(Stddev);
}
