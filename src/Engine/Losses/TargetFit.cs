using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How the shape of targets must fit that of predictions, last axes of length 1 aside.</summary>
internal enum TargetFit
{
    /// <summary>Of the same rank, and each axis equal or of length 1 on one side.</summary>
    Like,

    /// <summary>The same.</summary>
    Same,

    /// <summary>The same without the axis of the classes, or with length 1 in its place.</summary>
    Classes,

    /// <summary>As the loss itself says when it computes.</summary>
    Own,
}

/// <summary>Refuses targets that do not fit.</summary>
internal static class TargetFits
{
    /// <summary>Refuses shapes that do not fit; an unknown axis fits any.</summary>
    /// <exception cref="ShapeException">They do not fit.</exception>
    internal static void Need(Shape target, Shape prediction, TargetFit fit, int classAxis)
    {
        var axis = classAxis < 0 ? classAxis + prediction.Rank : classAxis;
        var fits = fit switch
        {
            TargetFit.Own => true,
            TargetFit.Classes => axis >= 0 && axis < prediction.Rank
                && (Match(target, new Shape(prediction.Where((_, i) => i != axis)), false) || Match(target, prediction.With(axis, 1), false)),
            _ => Match(target, prediction, fit == TargetFit.Like),
        };
        if (fits)
        {
            return;
        }

        throw new ShapeException(fit == TargetFit.Classes
            ? $"expected numbers of classes as targets, a place for each of the predictions {prediction} without axis {classAxis}, but they are {target}"
                + (Match(target, prediction, false) ? "; for a value for each class there is categorical_crossentropy" : "")
            : $"expected targets shaped like the predictions {prediction}, but they are {target}"
                + (fit == TargetFit.Same && (target.Rank == prediction.Rank - 1 || target.Last == 1) ? "; for numbers of classes there is sparse_categorical_crossentropy" : ""));
    }

    /// <summary>The same for tensors.</summary>
    internal static void Need(Tensor target, Tensor prediction, TargetFit fit, int classAxis)
    {
        if (fit is TargetFit.Own || (fit is TargetFit.Like or TargetFit.Same && target.shape.AsSpan().SequenceEqual(prediction.shape)))
        {
            return;
        }

        Need(Of(target), Of(prediction), fit, classAxis);

        static Shape Of(Tensor x) => new(x.shape.Select(axis => (long?)axis));
    }

    private static bool Match(Shape a, Shape b, bool stretch) => a.Rank == b.Rank && a.Zip(b).All(pair =>
        pair.First is null || pair.Second is null || pair.First == pair.Second || (stretch && (pair.First == 1 || pair.Second == 1)));
}
