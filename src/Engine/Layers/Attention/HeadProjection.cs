using ExperimentRunner.Engine.Activations;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Attention;

/// <summary>
/// A product of the last axes with a kernel, and a bias: what Keras's EinsumDense does inside an attention. Its weights are
/// <c>kernel [in…, out…]</c> and <c>bias [out…]</c>.
/// </summary>
internal sealed class HeadProjection : UnaryModule
{
    private readonly Weight _kernel;
    private readonly Weight? _bias;
    private readonly Activation _activation;
    private readonly int _bound;

    /// <summary>Keeps the weights.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="bound">How many axes of the input the product takes up.</param>
    /// <param name="activation">Applied to the output.</param>
    internal HeadProjection(Weight kernel, Weight? bias, int bound, Activation activation)
    {
        _kernel = Own(kernel);
        _bias = bias is null ? null : Own(bias);
        (_bound, _activation) = (bound, activation);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
    {
        var kernel = call.Cast(_kernel.Value).flatten(0, _bound - 1).flatten(1); // [in, out]
        var rows = call.Cast(x).reshape(-1, kernel.shape[0]); // [batch · …, in]
        var y = _bias is null ? rows.mm(kernel) : addmm(call.Cast(_bias.Value).flatten(), rows, kernel, 1, 1);
        return _activation.Apply(y).view([.. x.shape.SkipLast(_bound), .. _kernel.Shape.Skip(_bound)]);
    }
}
