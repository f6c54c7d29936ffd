using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>A layer of one input and one output.</summary>
public abstract record UnaryLayer : Layer
{
    /// <inheritdoc/>
    public sealed override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => [Infer(Only(inputs))];

    /// <summary>The shape and type of the output.</summary>
    /// <exception cref="ShapeException">The input does not fit the layer.</exception>
    protected abstract Spec Infer(Spec input);

    /// <inheritdoc/>
    protected sealed override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => Build(Only(inputs), context);

    /// <summary>Makes the layer's module and weights.</summary>
    protected abstract UnaryModule Build(Spec input, BuildContext context);

    private static Spec Only(IReadOnlyList<Spec> inputs) => inputs is [var only] ? only
        : throw new ShapeException($"takes one input, but was given {inputs.Count}");
}

/// <summary>The module of a layer of one input and one output.</summary>
public abstract class UnaryModule : LayerModule
{
    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call) =>
        [Compute(inputs[0], masks[0], call)];

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options) =>
        [WriteOnnx(onnx, inputs[0])];

    /// <summary>Says in ONNX what it computes when it predicts.</summary>
    internal virtual OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) => base.WriteOnnx(onnx, [x], CallOptions.None)[0];

    /// <summary>Computes the output.</summary>
    /// <param name="x">The input.</param>
    /// <param name="mask">True where a value of the input counts, or null.</param>
    /// <param name="call">How the layer is called.</param>
    protected abstract Tensor Compute(Tensor x, Tensor? mask, Call call);
}

/// <summary>The module of a layer that has no weights and looks at nothing but its input.</summary>
public sealed class FunctionModule : UnaryModule
{
    private readonly Func<Tensor, Call, Tensor> _function;
    private readonly Func<OnnxGraph, OnnxValue, string>? _onnx;

    /// <summary>Makes it of what it computes.</summary>
    public FunctionModule(Func<Tensor, Call, Tensor> function) => _function = function;

    /// <summary>Makes it of what it computes, and of how ONNX says so.</summary>
    internal FunctionModule(Func<Tensor, Call, Tensor> function, Func<OnnxGraph, OnnxValue, string> onnx) => (_function, _onnx) = (function, onnx);

    /// <inheritdoc/>
    internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) => _onnx is null ? base.WriteOnnx(onnx, x) : _onnx(onnx, x);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor? mask, Call call) => _function(x, call);
}
