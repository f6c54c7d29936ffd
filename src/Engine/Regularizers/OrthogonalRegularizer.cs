using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Regularizers;

/// <summary>A penalty on rows (or columns) of a matrix that are not at right angles: the mean absolute cosine of their pairs.</summary>
/// <remarks>Source: Keras 3, <c>keras.regularizers.OrthogonalRegularizer</c>.</remarks>
[KerasName("OrthogonalRegularizer", "orthogonal_regularizer")]
public sealed record OrthogonalRegularizer : Regularizer
{
    /// <summary>How strong the penalty is.</summary>
    [AtLeast(0)]
    public double Factor { get; init; } = 0.01;

    /// <summary>Whether rows or columns should be at right angles.</summary>
    public OrthogonalMode Mode { get; init; } = OrthogonalMode.Rows;

    /// <inheritdoc/>
    public override Tensor Penalty(Tensor values)
    {
        if (values.dim() != 2)
        {
            throw new ShapeException($"can have OrthogonalRegularizer only on a matrix, but the weight has {values.dim()} axes");
        }

        var rows = UnitVectors.Of(Mode == OrthogonalMode.Rows ? values : values.t(), 1);
        var count = rows.shape[0];
        var cosines = rows.matmul(rows.t()) * (1 - eye(count, dtype: rows.dtype)); // [rows, rows]
        return cosines.abs().sum() * (0.5 * Factor / (count * (count - 1.0) / 2));
    }
}

/// <summary>Whether rows or columns of a matrix should be at right angles.</summary>
public enum OrthogonalMode
{
    /// <summary>Rows.</summary>
    Rows,

    /// <summary>Columns.</summary>
    Columns,
}
