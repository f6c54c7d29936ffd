using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("Pad")]
internal sealed record PadOperation : Rearrangement
{
    /// <summary>How much is added before and behind each axis.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> PadWidth { get; init; }

    /// <summary>What is added.</summary>
    public PadMode Mode { get; init; }

    internal override string[] Parameters => ["x", "constant_values"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        if (PadWidth.Count != x.Rank || PadWidth.Any(pair => pair.Count != 2))
        {
            throw Misuse($"needs two widths for each of {x.Rank} axes");
        }

        return [x.With(new Shape(x.Shape.Zip(PadWidth, (length, pair) => length + pair[0] + pair[1])))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        if (Mode == PadMode.Constant)
        {
            var value = given["constant_values"] is Operand.Number { Value: var number } ? number : 0;
            return [nn.functional.pad(x, [.. PadWidth.Reverse().SelectMany(pair => pair).Select(width => (long)width)], PaddingModes.Constant, value)];
        }

        return [PadWidth.Index().Aggregate(x, (y, pair) => pair.Item is [0, 0] ? y
            : y.index_select(pair.Index, tensor(Places((int)y.shape[pair.Index], pair.Item[0], pair.Item[1]))))];
    }

    /// <summary>Which element stands at each place of a longer axis.</summary>
    private long[] Places(int length, int before, int behind)
    {
        var (period, turn) = Mode == PadMode.Reflect ? (Math.Max(1, 2 * (length - 1)), 0) : (2 * length, 1);
        return [.. Enumerable.Range(-before, before + length + behind).Select(at =>
        {
            var within = ((at % period) + period) % period;
            return (long)(within < length ? within : period - within - turn);
        })];
    }
}

/// <summary>What <see cref="PadOperation"/> adds.</summary>
internal enum PadMode
{
    /// <summary>One number.</summary>
    [KerasName("constant")]
    Constant,

    /// <summary>What a mirror on the last element shows.</summary>
    [KerasName("reflect")]
    Reflect,

    /// <summary>What a mirror behind the last element shows.</summary>
    [KerasName("symmetric")]
    Symmetric,
}
