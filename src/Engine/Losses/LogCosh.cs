using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The logarithm of the hyperbolic cosine of the error: half its square where it is small, its size where it is large.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.LogCosh</c>.</remarks>
[KerasName("LogCosh", "log_cosh", "logcosh")]
public sealed record LogCosh : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var error = prediction - target;
        return MeanOfLast(error + nn.functional.softplus(error * -2) - Math.Log(2));
    }
}
