using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Saving.Onnx;
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
    internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        long[] kept = [.. Enumerable.Repeat(0L, x.Spec.Rank - _bound)];
        var rows = _bound == 1 ? onnx.Float(x) : onnx.Reshape(onnx.Float(x), [.. kept, -1]);
        var y = onnx.Add("MatMul", [rows, onnx.Constant(_kernel.Path, _kernel.Value.flatten(0, _bound - 1).flatten(1))]);
        y = _bias is null ? y : onnx.Plus(y, onnx.Constant(_bias.Path, _bias.Value.flatten()));
        return onnx.Reshape(_activation.WriteOnnx(onnx, y, x.Spec.Shape), [.. kept, .. _kernel.Shape.Skip(_bound)]);
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
