using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An operation on the bits of two whole numbers.</summary>
internal abstract record Bitwise(Func<Tensor, Tensor, Tensor> compute) : Pairwise(compute)
{
    internal sealed override string[] Parameters => ["x", "y"];
}

[KerasName("BitwiseAnd")]
internal sealed record BitwiseAndOperation() : Bitwise((x, y) => x.bitwise_and(y));

[KerasName("BitwiseOr")]
internal sealed record BitwiseOrOperation() : Bitwise((x, y) => x.bitwise_or(y));

[KerasName("BitwiseXor")]
internal sealed record BitwiseXorOperation() : Bitwise((x, y) => x.bitwise_xor(y));

[KerasName("BitwiseLeftShift", "LeftShift")]
internal sealed record BitwiseLeftShiftOperation() : Bitwise((x, y) => x.bitwise_left_shift(y));

[KerasName("BitwiseRightShift", "RightShift")]
internal sealed record BitwiseRightShiftOperation() : Bitwise((x, y) => x.bitwise_right_shift(y));

[KerasName("BitwiseNot", "BitwiseInvert")]
internal sealed record BitwiseNotOperation() : Elementwise(x => x.bitwise_not(), keepsType: true);
