using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>Targets for hinge losses: −1 and 1. If all of them are 0 or 1, they are taken for no and yes.</summary>
/// <remarks>Source: Keras 3, <c>convert_binary_labels_to_hinge</c>.</remarks>
internal static class SignTargets
{
    internal static Tensor Of(Tensor target) => where(target.eq(0).logical_or_(target.eq(1)).all(), (target * 2) - 1, target);
}
