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

[KerasName("Relu"), KerasModule("nn")]
internal sealed record ReluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Relu();
}

[KerasName("Relu6"), KerasModule("nn")]
internal sealed record Relu6Operation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Relu6();
}

[KerasName("Sigmoid"), KerasModule("nn")]
internal sealed record SigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Sigmoid();
}

[KerasName("Softplus"), KerasModule("nn")]
internal sealed record SoftplusOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Softplus();
}

[KerasName("Softsign"), KerasModule("nn")]
internal sealed record SoftsignOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Softsign();
}

[KerasName("Silu", "Swish"), KerasModule("nn")]
internal sealed record SiluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Silu();
}

[KerasName("LogSigmoid"), KerasModule("nn")]
internal sealed record LogSigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new LogSigmoid();
}

[KerasName("HardSigmoid"), KerasModule("nn")]
internal sealed record HardSigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new HardSigmoid();
}

[KerasName("HardSilu", "HardSwish"), KerasModule("nn")]
internal sealed record HardSiluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new HardSilu();
}

[KerasName("Selu"), KerasModule("nn")]
internal sealed record SeluOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new Selu();
}

[KerasName("LeakyRelu"), KerasModule("nn")]
internal sealed record LeakyReluOperation : ActivationOperation
{
    /// <summary>The slope below zero.</summary>
    public double NegativeSlope { get; init; } = 0.2;

    private protected override Activation Activation => new LeakyRelu { NegativeSlope = NegativeSlope };
}

[KerasName("Elu"), KerasModule("nn")]
internal sealed record EluOperation : ActivationOperation
{
    /// <summary>What it nears far below zero, with the other sign.</summary>
    public double Alpha { get; init; } = 1;

    private protected override Activation Activation => new Elu { Alpha = Alpha };
}

[KerasName("Gelu"), KerasModule("nn")]
internal sealed record GeluOperation : ActivationOperation
{
    /// <summary>Whether the tangent's formula stands for the error function.</summary>
    public bool Approximate { get; init; } = true;

    private protected override Activation Activation => new Gelu { Approximate = Approximate };
}

[KerasName("Softmax"), KerasModule("nn")]
internal sealed record SoftmaxOperation : ActivationOperation
{
    /// <summary>The axis along which the sum is 1.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new Softmax { Axis = Axis };
}

[KerasName("LogSoftmax"), KerasModule("nn")]
internal sealed record LogSoftmaxOperation : ActivationOperation
{
    /// <summary>The axis along which the exponentials' sum is 1.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new LogSoftmax { Axis = Axis };
}

[KerasName("Celu"), KerasModule("nn")]
internal sealed record CeluOperation : ActivationOperation
{
    /// <summary>What it nears far below zero, with the other sign.</summary>
    public double Alpha { get; init; } = 1;

    private protected override Activation Activation => new Celu { Alpha = Alpha };
}

[KerasName("Glu"), KerasModule("nn")]
internal sealed record GluOperation : ActivationOperation
{
    /// <summary>The axis that is halved.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new Glu { Axis = Axis };
}

[KerasName("TanhShrink"), KerasModule("nn")]
internal sealed record TanhShrinkOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new TanhShrink();
}

[KerasName("HardTanh"), KerasModule("nn")]
internal sealed record HardTanhOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new HardTanh();
}

[KerasName("HardShrink"), KerasModule("nn")]
internal sealed record HardShrinkOperation : ActivationOperation
{
    /// <summary>How far from zero nothing is left.</summary>
    public double Threshold { get; init; } = 0.5;

    private protected override Activation Activation => new HardShrink { Threshold = Threshold };
}

[KerasName("SoftShrink"), KerasModule("nn")]
internal sealed record SoftShrinkOperation : ActivationOperation
{
    /// <summary>How far from zero nothing is left.</summary>
    public double Threshold { get; init; } = 0.5;

    private protected override Activation Activation => new SoftShrink { Threshold = Threshold };
}

[KerasName("Squareplus"), KerasModule("nn")]
internal sealed record SquareplusOperation : ActivationOperation
{
    /// <summary>How smooth it is.</summary>
    public double B { get; init; } = 4;

    private protected override Activation Activation => new Squareplus { B = B };
}

[KerasName("SparsePlus"), KerasModule("nn")]
internal sealed record SparsePlusOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new SparsePlus();
}

[KerasName("SparseSigmoid"), KerasModule("nn")]
internal sealed record SparseSigmoidOperation : ActivationOperation
{
    private protected override Activation Activation { get; } = new SparseSigmoid();
}

[KerasName("Sparsemax"), KerasModule("nn")]
internal sealed record SparsemaxOperation : ActivationOperation
{
    /// <summary>The axis along which the sum is 1.</summary>
    public int Axis { get; init; } = -1;

    private protected override Activation Activation => new Sparsemax { Axis = Axis };
}

[KerasName("Threshold"), KerasModule("nn")]
internal sealed record ThresholdOperation : ActivationOperation
{
    /// <summary>What a number must be above to stay.</summary>
    public required double Threshold { get; init; }

    /// <summary>What stands for the others.</summary>
    public required double DefaultValue { get; init; }

    private protected override Activation Activation => new Threshold { Limit = Threshold, DefaultValue = DefaultValue };
}
