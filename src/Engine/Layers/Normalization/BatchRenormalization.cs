using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>What corrects the batches of a <see cref="BatchNormalization"/> with <c>renorm</c>, and the averages it goes by.</summary>
/// <param name="layer">The layer.</param>
/// <param name="deviation">The moving average of the deviation, from which the moving variance comes.</param>
/// <param name="slowMean">The average that corrects the mean.</param>
/// <param name="slowDeviation">The average that corrects the deviation.</param>
internal sealed class BatchRenormalization(BatchNormalization layer, Weight deviation, Weight slowMean, Weight slowDeviation)
{
    /// <summary>What a normalized batch is multiplied with, and what is added then, <c>[channels]</c> both. Moves all averages.</summary>
    internal (Tensor Times, Tensor Plus) Correct(Tensor mean, Tensor variance, Weight movingMean, Weight movingVariance)
    {
        using var _ = no_grad();
        var spread = (variance + layer.Epsilon).sqrt();
        var known = slowDeviation.Value.clamp_min(Math.Sqrt(layer.Epsilon));
        var (times, plus) = (spread / known, (mean - slowMean.Value) / known);
        times = Limit("rmin") is { } least ? times.clamp_min(least) : times;
        times = Limit("rmax") is { } most ? times.clamp_max(most) : times;
        plus = Limit("dmax") is { } far ? plus.clamp(-far, far) : plus;

        Move(slowMean, mean, layer.RenormMomentum);
        Move(slowDeviation, spread, layer.RenormMomentum);
        Move(movingMean, mean, layer.Momentum);
        Move(deviation, spread, layer.Momentum);
        movingVariance.Value.copy_((deviation.Value.square() - layer.Epsilon).relu());
        return (times, plus);
    }

    private static void Move(Weight average, Tensor value, double momentum) => average.Value.mul_(momentum).add_(value, 1 - momentum);

    private double? Limit(string name) => layer.RenormClipping?.TryGetValue(name, out var limit) is true ? limit : null;

    /// <summary>The root of what another one makes.</summary>
    internal sealed record Root(Initializer Of) : Initializer
    {
        /// <inheritdoc/>
        public override Tensor Make(long[] shape, RandomKey key) => Of.Make(shape, key).sqrt();
    }
}
