using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>Pulls together the embeddings of one class and pushes apart those of different classes, within a batch. Embeddings have length 1; targets are numbers of classes.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.Circle</c>; Sun et al. (2020).</remarks>
[KerasName("Circle", "circle")]
public sealed record Circle : Loss
{
    /// <summary>How hard it pulls and pushes.</summary>
    public double Gamma { get; init; } = 80;

    /// <summary>How near is near enough, and how far is far enough.</summary>
    public double Margin { get; init; } = 0.4;

    /// <summary>Whether an example is no neighbour of itself.</summary>
    public bool RemoveDiagonal { get; init; } = true;

    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Own;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var distance = (1 - prediction.matmul(prediction.t())).clamp_min(0); // [batch, batch]
        var classes = target.reshape([-1, 1]);
        var unlike = classes.ne(classes.t());
        var alike = unlike.logical_not();
        if (RemoveDiagonal)
        {
            alike = alike.logical_and_(eye(alike.shape[0], dtype: ScalarType.Bool).logical_not_());
        }

        var pull = (distance + Margin).clamp_min(0) * (distance - Margin) * Gamma;
        var push = (1 + Margin - distance).clamp_min(0) * (1 - Margin - distance) * Gamma;
        return nn.functional.softplus(Sum(pull, alike) + Sum(push, unlike));

        static Tensor Sum(Tensor x, Tensor counts) => x.masked_fill(counts.logical_not(), -1e9).logsumexp(1);
    }

    /// <inheritdoc/>
    internal override bool TargetsAreWhole => true;

    /// <inheritdoc/>
    internal override Tensor? Counting(Tensor target, Tensor values) => values.gt(0);
}
