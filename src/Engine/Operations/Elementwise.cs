using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation on each element by itself.</summary>
/// <param name="compute">What is computed.</param>
/// <param name="keepsType">Whether whole numbers stay whole.</param>
/// <param name="type">The type of the result, where it is always the same.</param>
/// <param name="onnx">The operator of ONNX that does the same; null where there is none.</param>
internal abstract record Elementwise(
    [property: NotAnOption] Func<Tensor, Tensor> compute,
    [property: NotAnOption] bool keepsType = false,
    [property: NotAnOption] DataType? type = null,
    [property: NotAnOption] string? onnx = null) : Operation
{
    /// <inheritdoc/>
    internal override string[] Parameters => ["x"];

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return [new Spec(x.Shape, type ?? (keepsType ? x.Type : Broadcast.Types([x.Type], withFraction: true)))];
    }

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [compute(given.Tensor("x"))];

    /// <inheritdoc/>
    internal sealed override string WriteOnnx(OnnxGraph graph, Given<OnnxValue> given)
    {
        var x = given.Tensor("x");
        return onnx is null ? base.WriteOnnx(graph, given) : graph.Add(onnx, [keepsType || type is not null ? x.Name : graph.Float(x)]);
    }
}

/// <summary>An activation, called as a function.</summary>
internal abstract record ActivationOperation : Operation
{
    /// <summary>The activation.</summary>
    private protected abstract Activation Activation { get; }

    /// <inheritdoc/>
    internal override string[] Parameters => ["x"];

    /// <inheritdoc/>
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [new Spec(Activation.OutputShape(given.Tensor("x").Shape))];

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Activation.Apply(given.Tensor("x"))];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given)
    {
        var x = given.Tensor("x");
        return onnx.Activate(Activation, onnx.Float(x), x.Spec.Shape);
    }
}

[KerasName("Absolute", "Abs")]
internal sealed record AbsoluteOperation() : Elementwise(x => x.abs(), keepsType: true, onnx: "Abs");

[KerasName("Negative")]
internal sealed record NegativeOperation() : Elementwise(x => x.neg(), keepsType: true, onnx: "Neg");

[KerasName("Exp")]
internal sealed record ExpOperation() : Elementwise(x => x.exp(), onnx: "Exp");

[KerasName("Expm1")]
internal sealed record Expm1Operation() : Elementwise(x => x.expm1());

[KerasName("Log")]
internal sealed record LogOperation() : Elementwise(x => x.log(), onnx: "Log");

[KerasName("Log1p")]
internal sealed record Log1pOperation() : Elementwise(x => x.log1p());

[KerasName("Log2")]
internal sealed record Log2Operation() : Elementwise(x => x.log2());

[KerasName("Log10")]
internal sealed record Log10Operation() : Elementwise(x => x.log10());

[KerasName("Sqrt")]
internal sealed record SqrtOperation() : Elementwise(x => x.sqrt(), onnx: "Sqrt");

[KerasName("Rsqrt")]
internal sealed record RsqrtOperation() : Elementwise(x => x.rsqrt());

[KerasName("Square")]
internal sealed record SquareOperation() : Elementwise(x => x.square(), keepsType: true);

[KerasName("Reciprocal")]
internal sealed record ReciprocalOperation() : Elementwise(x => x.reciprocal(), onnx: "Reciprocal");

[KerasName("Sin")]
internal sealed record SinOperation() : Elementwise(x => x.sin(), onnx: "Sin");

[KerasName("Cos")]
internal sealed record CosOperation() : Elementwise(x => x.cos(), onnx: "Cos");

[KerasName("Tan")]
internal sealed record TanOperation() : Elementwise(x => x.tan(), onnx: "Tan");

[KerasName("Sinh")]
internal sealed record SinhOperation() : Elementwise(x => x.sinh(), onnx: "Sinh");

[KerasName("Cosh")]
internal sealed record CoshOperation() : Elementwise(x => x.cosh(), onnx: "Cosh");

[KerasName("Tanh")]
internal sealed record TanhOperation() : Elementwise(x => x.tanh(), onnx: "Tanh");

[KerasName("Erf")]
internal sealed record ErfOperation() : Elementwise(x => x.erf(), onnx: "Erf");

[KerasName("Sign")]
internal sealed record SignOperation() : Elementwise(x => x.sign(), keepsType: true, onnx: "Sign");

[KerasName("Floor")]
internal sealed record FloorOperation() : Elementwise(x => x.floor(), keepsType: true, onnx: "Floor");

[KerasName("Ceil")]
internal sealed record CeilOperation() : Elementwise(x => x.ceil(), keepsType: true, onnx: "Ceil");

[KerasName("Round")]
internal sealed record RoundOperation() : Elementwise(x => x.round(), keepsType: true, onnx: "Round")
{
    /// <summary>To how many digits.</summary>
    [Between(0, 0)]
    public int Decimals { get; init; }
}

[KerasName("LogicalNot")]
internal sealed record LogicalNotOperation() : Elementwise(x => x.logical_not(), type: DataType.Bool, onnx: "Not");

[KerasName("Isnan")]
internal sealed record IsNanOperation() : Elementwise(x => x.isnan(), type: DataType.Bool, onnx: "IsNaN");

[KerasName("Isfinite")]
internal sealed record IsFiniteOperation() : Elementwise(x => x.isfinite(), type: DataType.Bool);

[KerasName("Isinf")]
internal sealed record IsInfOperation() : Elementwise(x => x.isinf(), type: DataType.Bool);

[KerasName("ZerosLike")]
internal sealed record ZerosLikeOperation() : Elementwise(x => x.zeros_like(), keepsType: true);

[KerasName("OnesLike")]
internal sealed record OnesLikeOperation() : Elementwise(x => x.ones_like(), keepsType: true);

[KerasName("StopGradient")]
internal sealed record StopGradientOperation() : Elementwise(x => x.detach(), keepsType: true, onnx: "Identity");

[KerasName("Relu")]
internal sealed record ReluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Relu();
}

[KerasName("Relu6")]
internal sealed record Relu6Operation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Relu6();
}

[KerasName("Sigmoid")]
internal sealed record SigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Sigmoid();
}

[KerasName("Softplus")]
internal sealed record SoftplusOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Softplus();
}

[KerasName("Softsign")]
internal sealed record SoftsignOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Softsign();
}

[KerasName("Silu", "Swish")]
internal sealed record SiluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Silu();
}

[KerasName("LogSigmoid")]
internal sealed record LogSigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new LogSigmoid();
}

[KerasName("HardSigmoid")]
internal sealed record HardSigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new HardSigmoid();
}

[KerasName("HardSilu", "HardSwish")]
internal sealed record HardSiluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new HardSilu();
}

[KerasName("Selu")]
internal sealed record SeluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Selu();
}

[KerasName("LeakyRelu")]
internal sealed record LeakyReluOperation : ActivationOperation
{
    /// <summary>The slope below zero.</summary>
    public double NegativeSlope { get; init; } = 0.2;

    private protected override Activation Activation => new LeakyRelu { NegativeSlope = NegativeSlope };
}

[KerasName("Elu")]
internal sealed record EluOperation : ActivationOperation
{
    /// <summary>What it nears far below zero, with the other sign.</summary>
    public double Alpha { get; init; } = 1;

    private protected override Activation Activation => new Elu { Alpha = Alpha };
}

[KerasName("Gelu")]
internal sealed record GeluOperation : ActivationOperation
{
    /// <summary>Whether the tangent's formula stands for the error function.</summary>
    public bool Approximate { get; init; } = true;

    private protected override Activation Activation => new Gelu { Approximate = Approximate };
}

[KerasName("Softmax")]
internal sealed record SoftmaxOperation : ActivationOperation
{
    /// <summary>The axis along which the sum is 1.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new Softmax { Axis = Axis };
}

[KerasName("LogSoftmax")]
internal sealed record LogSoftmaxOperation : ActivationOperation
{
    /// <summary>The axis along which the exponentials' sum is 1.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new LogSoftmax { Axis = Axis };
}
