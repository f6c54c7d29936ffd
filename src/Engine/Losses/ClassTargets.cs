using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>Targets that are numbers of classes, from 0.</summary>
internal static class ClassTargets
{
    /// <summary>For each target, the value of its class.</summary>
    /// <param name="values">Values with an axis of classes.</param>
    /// <param name="target">Numbers of classes: the shape of the values without that axis.</param>
    /// <param name="axis">The axis of the classes.</param>
    /// <exception cref="ShapeException">One of the targets is no class.</exception>
    internal static Tensor Pick(Tensor values, Tensor target, long axis)
    {
        axis = Probability.PositiveAxis(axis, values);
        try
        {
            return values.gather(axis, target.to_type(ScalarType.Int64).unsqueeze(axis)).squeeze(axis);
        }
        catch (ExternalException) when (OutOfRange(target, values.shape[axis]) is { } wrong)
        {
            throw new ShapeException($"was given the target {wrong}, but there are {values.shape[axis]} classes, from 0 to {values.shape[axis] - 1}");
        }
    }

    private static long? OutOfRange(Tensor target, long classes)
    {
        using var _ = NewDisposeScope();
        var whole = target.to_type(ScalarType.Int64);
        var (least, greatest) = (whole.min().item<long>(), whole.max().item<long>());
        return least < 0 ? least : greatest >= classes ? greatest : null;
    }
}
