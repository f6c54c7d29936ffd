using ExperimentRunner.Engine.Activations;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>
/// Keras keeps probabilities between 1e-7 and 1 − 1e-7 before it takes their logarithm, and lets no gradient through beyond.
/// Here are the same bounds for probabilities, for their logarithms and for what goes into a sigmoid.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras.config.epsilon()</c> and the crossentropies of its backends, in float32.</remarks>
internal static class Probability
{
    /// <summary>Keras's small number.</summary>
    internal const double Epsilon = 1e-7;

    private const double Least = (float)Epsilon;
    private const double Most = (float)(1 - Epsilon); // 0.99999988: float32 has nothing nearer
    private static readonly double LeastLog = Math.Log(Least);
    private static readonly double MostLog = Math.Log(Most);
    private static readonly double LeastLogit = Math.Log(Least / (1 - Least));
    private static readonly double MostLogit = Math.Log(Most / (1 - Most));

    /// <summary>Probabilities within the bounds.</summary>
    internal static Tensor Clip(Tensor p) => p.clamp(Least, Most);

    /// <summary>Logarithms of probabilities within the bounds.</summary>
    internal static Tensor ClipLog(Tensor log) => log.clamp(LeastLog, MostLog);

    /// <summary>What goes into a sigmoid, so that what comes out is within the bounds.</summary>
    internal static Tensor ClipLogit(Tensor logit) => logit.clamp(LeastLogit, MostLogit);

    /// <summary>The logarithms of probabilities that are made to add up to 1 along an axis.</summary>
    internal static Tensor LogOfShares(Tensor p, long axis) => Clip(p / p.sum(axis, keepdim: true)).log();

    /// <summary>Whether an activation is a softmax along an axis.</summary>
    internal static bool IsSoftmax(Activation activation, Tensor x, long axis) =>
        activation is Softmax softmax && PositiveAxis(softmax.Axis, x) == PositiveAxis(axis, x);

    /// <summary>The axis counted from the front.</summary>
    internal static long PositiveAxis(long axis, Tensor x) => axis < 0 ? axis + x.dim() : axis;
}
