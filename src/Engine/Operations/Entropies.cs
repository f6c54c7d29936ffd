using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>How far an output is from what it should be.</summary>
[KerasModule("nn")]
internal abstract record Entropy : Operation
{
    private const double Least = 1e-7; // Keras's epsilon

    /// <summary>Whether the output is what a sigmoid or softmax would be given.</summary>
    public bool FromLogits { get; init; }

    internal sealed override string[] Parameters => ["target", "output"];

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Compute(Constants.TensorOf(given, "target"), given.Tensor("output"))];

    /// <summary>Computes it.</summary>
    private protected abstract Tensor Compute(Tensor target, Tensor output);

    /// <summary>Probabilities that have a logarithm.</summary>
    private protected static Tensor Clip(Tensor x) => x.clamp(Least, 1 - Least);
}

[KerasName("BinaryCrossentropy")]
internal sealed record BinaryCrossentropyOperation : Entropy
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("output")];

    private protected override Tensor Compute(Tensor target, Tensor output)
    {
        if (FromLogits)
        {
            return output.clamp(min: 0) - (output * target) + output.abs().neg().exp().log1p();
        }

        var share = Clip(output);
        return ((target * share.log()) + ((1 - target) * (1 - share).log())).neg();
    }
}

/// <summary>How far probabilities of classes are from the right class.</summary>
internal abstract record ClassEntropy : Entropy
{
    /// <summary>The axis of the classes.</summary>
    public int Axis { get; init; } = -1;

    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var output = given.Tensor("output");
        var axis = output.NeedIndex(Axis);
        return [output.With(new Shape(output.Shape.Where((_, i) => i != axis)))];
    }

    /// <summary>The logarithms of the probabilities.</summary>
    private protected Tensor Logarithms(Tensor output) => FromLogits ? output.log_softmax(Axis) : Clip(output / output.sum(Axis, keepdim: true)).log();
}

[KerasName("CategoricalCrossentropy")]
internal sealed record CategoricalCrossentropyOperation : ClassEntropy
{
    private protected override Tensor Compute(Tensor target, Tensor output) => (target * Logarithms(output)).sum(Axis).neg();
}

[KerasName("SparseCategoricalCrossentropy")]
internal sealed record SparseCategoricalCrossentropyOperation : ClassEntropy
{
    private protected override Tensor Compute(Tensor target, Tensor output)
    {
        var axis = Axis < 0 ? Axis + (int)output.dim() : Axis;
        var places = target.dim() == output.dim() ? target.squeeze(-1) : target;
        return Logarithms(output).gather(axis, places.to_type(ScalarType.Int64).unsqueeze(axis)).squeeze(axis).neg();
    }
}

[KerasName("PSNR"), KerasModule("nn")]
internal sealed record PSNROperation : Operation
{
    /// <summary>The greatest value there may be.</summary>
    [Above(0)]
    public required double MaxVal { get; init; }

    internal override string[] Parameters => ["x1", "x2"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [new Spec(new Shape())];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) =>
        [(20 * Math.Log10(MaxVal)) - (10 * (Constants.TensorOf(given, "x1") - Constants.TensorOf(given, "x2")).square().mean().log10())];
}
