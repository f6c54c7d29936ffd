using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Losses;

/// <summary>What kind of classification shapes tell of.</summary>
/// <remarks>Source: Keras 3, <c>is_binary_or_sparse_categorical</c>.</remarks>
internal static class ShapeChoice
{
    /// <summary>A kind of classification.</summary>
    internal enum Kind
    {
        /// <summary>Yes or no.</summary>
        Binary,

        /// <summary>Targets are numbers of classes.</summary>
        Sparse,

        /// <summary>Targets have a value for each class.</summary>
        Categorical,
    }

    /// <summary>The kind for predictions and targets.</summary>
    internal static Kind Of(Shape prediction, Shape target) => prediction.Last == 1 ? Kind.Binary
        : target.Rank < prediction.Rank || (target.Last == 1 && prediction.Last > 1) ? Kind.Sparse
        : Kind.Categorical;
}
