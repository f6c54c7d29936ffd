using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A softmax that puts out many exact zeros: <c>max(x − τ, 0)</c>, with τ from the largest values along an axis.</summary>
/// <remarks>
/// Keras 3 takes τ from the sum of the cumulative sums of the largest values. The paper takes their sum, so that the
/// result adds up to 1; here Keras's numbers are kept.
/// Source: Keras 3, <c>keras.activations.sparsemax</c>; Martins and Astudillo (2016).
/// </remarks>
[KerasName("sparsemax")]
public sealed record Sparsemax : AxisActivation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var axis = Axis < 0 ? Axis + x.dim() : Axis;
        var (sorted, _) = x.sort(axis, descending: true);
        var sums = sorted.cumsum(axis);
        var counts = arange(1, x.shape[axis] + 1, x.dtype).reshape([-1, .. Enumerable.Repeat(1L, (int)(x.dim() - axis - 1))]);
        var support = (sorted * counts > sums - 1).to_type(x.dtype);
        var tau = ((sums * support).sum(axis, keepdim: true) - 1) / support.sum(axis, keepdim: true);
        return (x - tau).clamp_min(0);
    }
}
