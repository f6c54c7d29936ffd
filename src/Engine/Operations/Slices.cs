using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("GetItem")]
internal sealed record GetItemOperation : Rearrangement
{
    internal override string[] Parameters => ["x", "key"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x");
        var axes = new List<long?>();
        var axis = 0;
        foreach (var part in Parts(given["key"], x.Rank))
        {
            switch (part)
            {
                case null:
                    axes.Add(1);
                    break;
                case Operand.Number:
                    axis++;
                    break;
                default:
                    axes.Add(Length(x.Shape[axis++], (Operand.Slice)part));
                    break;
            }
        }

        return [x.With(new Shape([.. axes, .. x.Shape.Skip(axis)]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = given.Tensor("x");
        var axis = 0;
        foreach (var part in Parts(given["key"], (int)x.dim()))
        {
            switch (part)
            {
                case null:
                    x = x.unsqueeze(axis++);
                    break;
                case Operand.Number number:
                    x = x.select(axis, (long)number.Value);
                    break;
                default:
                    var (start, stop, step) = (Operand.Slice)part;
                    var length = x.shape[axis];
                    var (from, to) = (Clip(start ?? 0, length), Clip(stop ?? length, length));
                    x = x.slice(axis++, from, Math.Max(from, to), step ?? 1);
                    break;
            }
        }

        return [x];
    }

    private static long Clip(long at, long length) => Math.Clamp(at < 0 ? at + length : at, 0, length);

    private static long? Length(long? length, Operand.Slice slice)
    {
        if (length is not { } all)
        {
            return null;
        }

        var (from, to) = (Clip(slice.Start ?? 0, all), Clip(slice.Stop ?? all, all));
        var step = slice.Step ?? 1;
        return Math.Max(0, (to - from + step - 1) / step);
    }

    /// <summary>What is taken of each axis: a number, a slice, or null for a new axis. An ellipsis is written out.</summary>
    private List<Operand?> Parts(Operand? key, int rank)
    {
        var items = key is Operand.Several list ? list.Items : [key ?? throw Misuse("needs to know what to take")];
        var parts = new List<Operand?>();
        var named = items.Count(item => item is Operand.Number or Operand.Slice);
        foreach (var item in items)
        {
            switch (item)
            {
                case Operand.None:
                    parts.Add(null);
                    break;
                case Operand.Ellipsis:
                    parts.AddRange(Enumerable.Repeat<Operand?>(new Operand.Slice(null, null, null), Math.Max(0, rank - named)));
                    break;
                case Operand.Number { IsWhole: true } or Operand.Slice { Step: null or > 0 }:
                    parts.Add(item);
                    break;
                default:
                    throw Misuse("takes parts in a way that is not known");
            }
        }

        return parts.Count(part => part is not null) <= rank ? parts : throw Misuse($"takes parts of more than {rank} axes");
    }
}

[KerasName("Slice"), KerasModule("core")]
internal sealed record SliceOperation : Rearrangement
{
    /// <summary>The shape of the part.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    internal override string[] Parameters => ["inputs", "start_indices"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => Shape.Count == given.Tensor("inputs").Rank
        ? [given.Tensor("inputs").With(new Shape(Shape.Select(length => (long?)length)))] : throw Misuse("needs a length for each axis");

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var starts = given.Whole("start_indices");
        return [Shape.Index().Aggregate(given.Tensor("inputs"), (x, axis) => x.narrow(axis.Index, starts[axis.Index], axis.Item))];
    }
}

[KerasName("SliceUpdate"), KerasModule("core")]
internal sealed record SliceUpdateOperation : Rearrangement
{
    internal override string[] Parameters => ["inputs", "start_indices", "updates"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given) => [given.Tensor("inputs")];

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (starts, updates) = (given.Whole("start_indices"), Constants.TensorOf(given, "updates"));
        var x = given.Tensor("inputs").clone();
        var part = updates.shape.Index().Aggregate(x, (y, axis) => y.narrow(axis.Index, starts[axis.Index], axis.Item));
        part.copy_(updates);
        return [x];
    }
}
