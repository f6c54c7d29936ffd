using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The cosine of the angle between targets and predictions, times −1, so that −1 is best.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.CosineSimilarity</c>.</remarks>
[KerasName("CosineSimilarity", "cosine_similarity", "cosine_proximity")]
public sealed record CosineSimilarity : Loss
{
    /// <summary>The axis of the vectors; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => 
        -(UnitVectors.Of(target, Axis) * UnitVectors.Of(prediction, Axis)).sum(Axis);
}
