using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

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

[KerasName("Celu")]
internal sealed record CeluOperation : ActivationOperation
{
    /// <summary>What it nears far below zero, with the other sign.</summary>
    public double Alpha { get; init; } = 1;

    private protected override Activation Activation => new Celu { Alpha = Alpha };
}

[KerasName("Glu")]
internal sealed record GluOperation : ActivationOperation
{
    /// <summary>The axis that is halved.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new Glu { Axis = Axis };
}

[KerasName("Mish")]
internal sealed record MishOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Mish();
}

[KerasName("TanhShrink")]
internal sealed record TanhShrinkOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new TanhShrink();
}

[KerasName("HardTanh")]
internal sealed record HardTanhOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new HardTanh();
}

[KerasName("HardShrink")]
internal sealed record HardShrinkOperation : ActivationOperation
{
    /// <summary>How far from zero nothing is left.</summary>
    public double Threshold { get; init; } = 0.5;

    private protected override Activation Activation => new HardShrink { Threshold = Threshold };
}

[KerasName("SoftShrink")]
internal sealed record SoftShrinkOperation : ActivationOperation
{
    /// <summary>How far from zero nothing is left.</summary>
    public double Threshold { get; init; } = 0.5;

    private protected override Activation Activation => new SoftShrink { Threshold = Threshold };
}

[KerasName("Squareplus")]
internal sealed record SquareplusOperation : ActivationOperation
{
    /// <summary>How smooth it is.</summary>
    public double B { get; init; } = 4;

    private protected override Activation Activation => new Squareplus { B = B };
}

[KerasName("SparsePlus")]
internal sealed record SparsePlusOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new SparsePlus();
}

[KerasName("SparseSigmoid")]
internal sealed record SparseSigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new SparseSigmoid();
}

[KerasName("Sparsemax")]
internal sealed record SparsemaxOperation : ActivationOperation
{
    /// <summary>The axis along which the sum is 1.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new Sparsemax { Axis = Axis };
}

[KerasName("Threshold")]
internal sealed record ThresholdOperation : ActivationOperation
{
    /// <summary>What a number must be above to stay.</summary>
    public required double Threshold { get; init; }

    /// <summary>What stands for the others.</summary>
    public required double DefaultValue { get; init; }

    private protected override Activation Activation => new Threshold { Limit = Threshold, DefaultValue = DefaultValue };
}
