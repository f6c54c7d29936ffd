using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A rectified linear unit with a rounded corner: 0 up to −1, <c>(x + 1)² / 4</c> up to 1, <c>x</c> above.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.sparse_plus</c>; Martins and Astudillo (2016).</remarks>
[KerasName("sparse_plus")]
public sealed record SparsePlus : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => where(x >= 1, x, (x.clamp(-1, 1) + 1).square() * 0.25);
}
