using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Arcsin")]
internal sealed record ArcsinOperation() : Elementwise(x => x.asin());

[KerasName("Arccos")]
internal sealed record ArccosOperation() : Elementwise(x => x.acos());

[KerasName("Arctan")]
internal sealed record ArctanOperation() : Elementwise(x => x.atan());

[KerasName("Arcsinh")]
internal sealed record ArcsinhOperation() : Elementwise(x => x.asinh());

[KerasName("Arccosh")]
internal sealed record ArccoshOperation() : Elementwise(x => x.acosh());

[KerasName("Arctanh")]
internal sealed record ArctanhOperation() : Elementwise(x => x.atanh());

[KerasName("Exp2")]
internal sealed record Exp2Operation() : Elementwise(x => x.exp2());

[KerasName("Cbrt")]
internal sealed record CbrtOperation() : Elementwise(x => x.sign() * x.abs().pow(1.0 / 3));

[KerasName("Sinc")]
internal sealed record SincOperation() : Elementwise(x => x.sinc());

[KerasName("Erfinv"), KerasModule("math")]
internal sealed record ErfinvOperation() : Elementwise(x => x.erfinv());

[KerasName("Deg2rad")]
internal sealed record Deg2radOperation() : Elementwise(x => x.deg2rad());

[KerasName("Rad2deg")]
internal sealed record Rad2degOperation() : Elementwise(x => x.rad2deg());

[KerasName("Angle")]
internal sealed record AngleOperation() : Elementwise(x => x.angle());

[KerasName("Fabs")]
internal sealed record FabsOperation() : Elementwise(x => x.to_type(x.is_floating_point() ? x.dtype : ScalarType.Float32).abs());

[KerasName("Trunc")]
internal sealed record TruncOperation() : Elementwise(x => x.trunc(), keepsType: true);

[KerasName("Signbit")]
internal sealed record SignbitOperation() : Elementwise(x => x.signbit(), type: DataType.Bool);

[KerasName("Isreal")]
internal sealed record IsrealOperation() : Elementwise(x => ones_like(x, ScalarType.Bool), type: DataType.Bool);

[KerasName("Real")]
internal sealed record RealOperation() : Elementwise(x => x, keepsType: true, onnx: "Identity");

[KerasName("Conjugate", "Conj")]
internal sealed record ConjugateOperation() : Elementwise(x => x, keepsType: true, onnx: "Identity");

[KerasName("Logaddexp")]
internal sealed record LogaddexpOperation() : Pairwise((x, y) => logaddexp(x, y), ResultType.Real);

[KerasName("Logaddexp2")]
internal sealed record Logaddexp2Operation() : Pairwise((x, y) => logaddexp2(x, y), ResultType.Real);

[KerasName("Hypot")]
internal sealed record HypotOperation() : Pairwise((x, y) => hypot(x, y), ResultType.Real);

[KerasName("DivideNoNan")]
internal sealed record DivideNoNanOperation() : Pairwise((x, y) => where(y.eq(0), zeros_like(y), x / where(y.eq(0), ones_like(y), y)), ResultType.Real);

[KerasName("Fmax")]
internal sealed record FmaxOperation() : Pairwise((x, y) => where(x.isnan(), y, where(y.isnan(), x, maximum(x, y))));

[KerasName("Fmin")]
internal sealed record FminOperation() : Pairwise((x, y) => where(x.isnan(), y, where(y.isnan(), x, minimum(x, y))));

[KerasName("Fmod")]
internal sealed record FmodOperation() : Pairwise((x, y) => x.fmod(y));

[KerasName("Gcd")]
internal sealed record GcdOperation() : Pairwise((x, y) => x.gcd(y));

[KerasName("Lcm")]
internal sealed record LcmOperation() : Pairwise((x, y) => x.lcm(y));

[KerasName("Heaviside")]
internal sealed record HeavisideOperation() : Pairwise((x, y) => where(x.eq(0), y, x.gt(0).to_type(y.dtype)), ResultType.Real);

[KerasName("Ldexp")]
internal sealed record LdexpOperation() : Pairwise((x, y) => x * y.exp2(), ResultType.Real);

[KerasName("Nextafter")]
internal sealed record NextafterOperation() : Pairwise((x, y) => x.nextafter(y), ResultType.Real);

[KerasName("Isclose")]
internal sealed record IscloseOperation : Operation
{
    /// <summary>Whether two that are no numbers are alike.</summary>
    public bool EqualNan { get; init; }

    internal override string[] Parameters => ["x1", "x2", "rtol", "atol"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) =>
        [new Spec(Broadcast.Shapes(this, [Constants.SpecOf(given, "x1").Shape, Constants.SpecOf(given, "x2").Shape]), DataType.Bool)];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (x, y) = (Constants.TensorOf(given, "x1"), Constants.TensorOf(given, "x2").to_type(Constants.TensorOf(given, "x1").dtype));
        return [x.isclose(y, Constants.NumberOf(given, "rtol", 1e-5), Constants.NumberOf(given, "atol", 1e-8), EqualNan)];
    }
}

[KerasName("I0")]
internal sealed record I0Operation() : Elementwise(x => x.i0());

[KerasName("Isposinf")]
internal sealed record IsposinfOperation() : Elementwise(x => x.isposinf(), type: DataType.Bool);

[KerasName("Isneginf")]
internal sealed record IsneginfOperation() : Elementwise(x => x.isneginf(), type: DataType.Bool);

[KerasName("Imag")]
internal sealed record ImagOperation() : Elementwise(x => x.zeros_like(), keepsType: true);

[KerasName("Erfc"), KerasModule("math")]
internal sealed record ErfcOperation() : Elementwise(x => x.erfc());

/// <summary>An operation whose result has the shape of its only argument.</summary>
internal abstract record Shaped : Operation
{
    /// <inheritdoc/>
    internal override string[] Parameters => ["x"];

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        return [new Spec(x.Shape, TypeOf(x.Type))];
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [Compute(given.Tensor("x"))];

    /// <summary>The type of the result.</summary>
    private protected virtual DataType TypeOf(DataType type) => type;

    /// <summary>Computes the result.</summary>
    private protected abstract Tensor Compute(Tensor x);
}

[KerasName("Round")]
internal sealed record RoundOperation : Shaped
{
    /// <summary>To how many digits.</summary>
    public int Decimals { get; init; }

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) =>
        Decimals == 0 ? onnx.Add("Round", [given.Tensor("x").Name]) : base.WriteOnnx(onnx, given);

    private protected override Tensor Compute(Tensor x) => x.is_floating_point() ? x.round(Decimals) : x;
}

[KerasName("NanToNum")]
internal sealed record NanToNumOperation : Shaped
{
    /// <summary>What stands for what is not a number.</summary>
    public double Nan { get; init; }

    /// <summary>What stands for infinity; null is the greatest number.</summary>
    public double? Posinf { get; init; }

    /// <summary>What stands for minus infinity; null is the least number.</summary>
    public double? Neginf { get; init; }

    private protected override Tensor Compute(Tensor x) => x.nan_to_num(Nan, Posinf, Neginf);
}

/// <summary>A tensor of one number, as large as the argument.</summary>
internal abstract record Filling : Shaped
{
    /// <summary>The type of the numbers; null keeps that of the argument.</summary>
    public DtypePolicy? Dtype { get; init; }

    private protected override DataType TypeOf(DataType type) => Dtype?.Compute ?? type;
}

[KerasName("ZerosLike")]
internal sealed record ZerosLikeOperation : Filling
{
    private protected override Tensor Compute(Tensor x) => x.zeros_like(dtype: Dtype?.Compute.ToTorch() ?? x.dtype);
}

[KerasName("OnesLike")]
internal sealed record OnesLikeOperation : Filling
{
    private protected override Tensor Compute(Tensor x) => x.ones_like(dtype: Dtype?.Compute.ToTorch() ?? x.dtype);
}

[KerasName("FullLike")]
internal sealed record FullLikeOperation : Filling
{
    internal override string[] Parameters => ["x", "fill_value"];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => given["fill_value"] is Operand.Number { Value: var value }
        ? [Compute(given.Tensor("x")) * value]
        : throw Misuse("needs one number to fill with");

    private protected override Tensor Compute(Tensor x) => x.ones_like(dtype: Dtype?.Compute.ToTorch() ?? x.dtype);
}

[KerasName("ConvertToTensor"), KerasModule("core")]
[IgnoredOption("ragged")]
[IgnoredOption("sparse")]
internal sealed record ConvertToTensorOperation : Filling
{
    private protected override Tensor Compute(Tensor x) => x.to_type(Dtype?.Compute.ToTorch() ?? x.dtype);
}
