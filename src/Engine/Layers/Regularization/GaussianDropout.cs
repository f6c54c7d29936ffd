using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>In training, multiplies its input by normal noise around 1, of deviation <c>√(rate / (1 − rate))</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Source: Keras 3, <c>keras.layers.GaussianDropout</c>; Srivastava et al. (2014).
/// </remarks>
/// <example>GaussianDropout: { rate: 0.25 }</example>
[KerasName("GaussianDropout")]
public sealed record GaussianDropout : NoiseLayer, IChecked
{
    /// <summary>How strong the noise is: that of a dropout of this rate, a fraction.</summary>
    [Between(0, 1)]
    [OldName("p")]
    public required double Rate { get; init; }

    /// <inheritdoc/>
    private protected override bool Silent => Rate == 0;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => DropoutMask.NeedRest(Rate);

    /// <inheritdoc/>
    private protected override Tensor Disturb(Tensor x, RandomKey key) => x * (Normal(x, key).mul_(Math.Sqrt(Rate / (1 - Rate))).add_(1));
}
