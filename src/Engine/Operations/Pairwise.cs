using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>What the result of two numbers is.</summary>
internal enum ResultType
{
    /// <summary>Of the type that holds both.</summary>
    Common,

    /// <summary>A number with a fraction.</summary>
    Real,

    /// <summary>True or false.</summary>
    Truth,
}

/// <summary>An operation on two arguments, element by element; either may be a number that stands in the file.</summary>
/// <param name="compute">What is computed.</param>
/// <param name="result">What the result is.</param>
/// <param name="onnx">The operator of ONNX that does the same; null where there is none.</param>
internal abstract record Pairwise(
    [property: NotAnOption] Func<Tensor, Tensor, Tensor> compute,
    [property: NotAnOption] ResultType result = ResultType.Common,
    [property: NotAnOption] string? onnx = null) : Operation
{
    /// <summary>What ONNX says in two operators.</summary>
    private protected const string Differ = "Not, Equal";

    /// <inheritdoc/>
    internal override string[] Parameters => ["x1", "x2"];

    /// <inheritdoc/>
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (one, other) = (Constants.SpecOf(given, First), Constants.SpecOf(given, Second));
        var type = result == ResultType.Truth ? DataType.Bool
            : one.Rank == 0 && given[First] is Operand.Number ? GiveWay(one, other)
            : other.Rank == 0 && given[Second] is Operand.Number ? GiveWay(other, one)
            : Broadcast.Types([one.Type, other.Type], result == ResultType.Real);
        return [new Spec(Broadcast.Shapes(this, [one.Shape, other.Shape]), type)];

        DataType GiveWay(Spec number, Spec tensor) => Broadcast.Types([tensor.Type], result == ResultType.Real || number.Type.IsFloat());
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [compute(Constants.TensorOf(given, First), Constants.TensorOf(given, Second))];

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph graph, Given<OnnxValue> given)
    {
        if (onnx is null)
        {
            return base.WriteOnnx(graph, given);
        }

        OnnxValue[] both = [Of(First), Of(Second)];
        var type = onnx is "And" or "Or" or "Xor" ? DataType.Bool : Broadcast.Types(both.Select(value => value.Spec.Type), result == ResultType.Real);
        string[] values = [.. both.Select(value => value.Spec.Type == type ? value.Name : graph.Cast(value.Name, type))];
        return onnx == Differ ? graph.Add("Not", [graph.Add("Equal", values)]) : graph.Add(onnx, values);

        OnnxValue Of(string name) => Constants.IsConstant(given[name])
            ? new OnnxValue(graph.Fixed(name, Constants.TensorOf(given[name]!)), Constants.SpecOf(given[name]!))
            : given.Tensor(name);
    }

    private string First => Parameters[0];

    private string Second => Parameters[1];
}

[KerasName("Add")]
internal sealed record AddOperation() : Pairwise((x, y) => x + y, onnx: "Add");

[KerasName("Subtract")]
internal sealed record SubtractOperation() : Pairwise((x, y) => x - y, onnx: "Sub");

[KerasName("Multiply")]
internal sealed record MultiplyOperation() : Pairwise((x, y) => x * y, onnx: "Mul");

[KerasName("Divide", "TrueDivide")]
internal sealed record DivideOperation() : Pairwise((x, y) => x / y, ResultType.Real, onnx: "Div");

[KerasName("FloorDivide")]
internal sealed record FloorDivideOperation() : Pairwise((x, y) => x.floor_divide(y));

[KerasName("Mod")]
internal sealed record ModOperation() : Pairwise((x, y) => x.remainder(y));

[KerasName("Power")]
internal sealed record PowerOperation() : Pairwise((x, y) => x.pow(y), onnx: "Pow");

[KerasName("Maximum")]
internal sealed record MaximumOperation() : Pairwise((x, y) => maximum(x, y), onnx: "Max");

[KerasName("Minimum")]
internal sealed record MinimumOperation() : Pairwise((x, y) => minimum(x, y), onnx: "Min");

[KerasName("Arctan2")]
internal sealed record Arctan2Operation() : Pairwise((x, y) => x.atan2(y), ResultType.Real);

[KerasName("Equal")]
internal sealed record EqualOperation() : Pairwise((x, y) => x.eq(y), ResultType.Truth, onnx: "Equal");

[KerasName("NotEqual")]
internal sealed record NotEqualOperation() : Pairwise((x, y) => x.ne(y), ResultType.Truth, onnx: Differ);

[KerasName("Greater")]
internal sealed record GreaterOperation() : Pairwise((x, y) => x.gt(y), ResultType.Truth, onnx: "Greater");

[KerasName("GreaterEqual")]
internal sealed record GreaterEqualOperation() : Pairwise((x, y) => x.ge(y), ResultType.Truth, onnx: "GreaterOrEqual");

[KerasName("Less")]
internal sealed record LessOperation() : Pairwise((x, y) => x.lt(y), ResultType.Truth, onnx: "Less");

[KerasName("LessEqual")]
internal sealed record LessEqualOperation() : Pairwise((x, y) => x.le(y), ResultType.Truth, onnx: "LessOrEqual");

[KerasName("LogicalAnd")]
internal sealed record LogicalAndOperation() : Pairwise((x, y) => x.logical_and(y), ResultType.Truth, onnx: "And");

[KerasName("LogicalOr")]
internal sealed record LogicalOrOperation() : Pairwise((x, y) => x.logical_or(y), ResultType.Truth, onnx: "Or");

[KerasName("LogicalXor")]
internal sealed record LogicalXorOperation() : Pairwise((x, y) => x.logical_xor(y), ResultType.Truth, onnx: "Xor");
