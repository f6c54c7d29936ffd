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

[KerasName("Rsqrt"), KerasModule("math")]
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

[KerasName("Erf"), KerasModule("math")]
internal sealed record ErfOperation() : Elementwise(x => x.erf(), onnx: "Erf");

[KerasName("Sign")]
internal sealed record SignOperation() : Elementwise(x => x.sign(), keepsType: true, onnx: "Sign");

[KerasName("Floor")]
internal sealed record FloorOperation() : Elementwise(x => x.floor(), keepsType: true, onnx: "Floor");

[KerasName("Ceil")]
internal sealed record CeilOperation() : Elementwise(x => x.ceil(), keepsType: true, onnx: "Ceil");

[KerasName("LogicalNot")]
internal sealed record LogicalNotOperation() : Elementwise(x => x.logical_not(), type: DataType.Bool, onnx: "Not");

[KerasName("Isnan")]
internal sealed record IsNanOperation() : Elementwise(x => x.isnan(), type: DataType.Bool, onnx: "IsNaN");

[KerasName("Isfinite")]
internal sealed record IsFiniteOperation() : Elementwise(x => x.isfinite(), type: DataType.Bool);

[KerasName("Isinf")]
internal sealed record IsInfOperation() : Elementwise(x => x.isinf(), type: DataType.Bool);

[KerasName("StopGradient"), KerasModule("core")]
internal sealed record StopGradientOperation() : Elementwise(x => x.detach(), keepsType: true, onnx: "Identity");
