using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>Vectors of length 1 along an axis; a zero vector stays one.</summary>
/// <remarks>Source: Keras 3, <c>keras.utils.normalize</c>.</remarks>
internal static class UnitVectors
{
    internal static Tensor Of(Tensor x, long axis) =>
        x * x.square().sum(axis, keepdim: true).clamp_min(Probability.Epsilon * Probability.Epsilon).rsqrt();
}
