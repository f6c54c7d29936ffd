using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>Makes vectors of length 1.</summary>
internal static class Unit
{
    /// <summary>The tensor divided by the root of the sum of its squares.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The axes along which the squares are summed.</param>
    /// <param name="least">The least length that is divided by.</param>
    internal static Tensor Length(Tensor x, long[] axes, double least = 1e-7) =>
        x * x.square().sum(axes, keepdim: true).clamp_min(least * least).rsqrt();
}
