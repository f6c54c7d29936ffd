using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

[KerasName("CTCLoss"), KerasModule("nn")]
internal sealed record CTCLossOperation : Operation
{
    /// <summary>The class that stands for nothing.</summary>
    [AtLeast(0)]
    public int MaskIndex { get; init; }

    internal override string[] Parameters => ["target", "output", "target_length", "output_length"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (target, output) = (Constants.SpecOf(given, "target").NeedExactRank(2), given.Tensor("output").NeedExactRank(3));
        return [new Spec(new Shape(target.Shape[0]), Broadcast.Types([output.Type], withFraction: true))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var shares = given.Tensor("output").log_softmax(-1).transpose(0, 1); // [time, batch, classes]
        return [nn.functional.ctc_loss(shares, Whole("target"), Whole("output_length"), Whole("target_length"), blank: MaskIndex, reduction: nn.Reduction.None)];

        Tensor Whole(string name) => Constants.TensorOf(given, name).to_type(ScalarType.Int64);
    }
}

/// <summary>How the likeliest labels of a sequence are looked for.</summary>
internal enum CTCStrategy
{
    /// <summary>The likeliest class at each time.</summary>
    Greedy,

    /// <summary>Several beginnings at once, of which the likeliest stay.</summary>
    BeamSearch,
}

[KerasName("CTCDecode"), KerasModule("nn")]
internal sealed record CTCDecodeOperation : Operation
{
    /// <summary>How labels are looked for.</summary>
    public CTCStrategy Strategy { get; init; }

    /// <summary>How many beginnings stay.</summary>
    [AtLeast(1)]
    public int BeamWidth { get; init; } = 100;

    /// <summary>How many sequences of labels come out, the likeliest first.</summary>
    [AtLeast(1)]
    public int TopPaths { get; init; } = 1;

    /// <summary>Whether a class that goes on is one label.</summary>
    public bool MergeRepeated { get; init; } = true;

    /// <summary>The class that stands for nothing.</summary>
    [AtLeast(0)]
    public int MaskIndex { get; init; }

    private int Paths => Strategy == CTCStrategy.Greedy ? 1 : TopPaths;

    internal override string[] Parameters => ["inputs", "sequence_lengths"];

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("inputs").NeedExactRank(3);
        return [new Spec(new Shape(Paths, x.Shape[0], x.Shape[1]), DataType.Int32), new Spec(new Shape(x.Shape[0], Paths))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var (x, lengths) = (given.Tensor("inputs").to_type(ScalarType.Float32), Constants.TensorOf(given, "sequence_lengths").to_type(ScalarType.Int64));
        return Strategy == CTCStrategy.Greedy ? Greedy(x, lengths) : Search(x, lengths);
    }

    private Tensor[] Greedy(Tensor x, Tensor lengths)
    {
        var time = x.shape[1];
        var over = arange(time).unsqueeze(0).ge(lengths.unsqueeze(1)); // [batch, time]
        var (best, classes) = x.max(-1);
        classes = classes.masked_fill(over, MaskIndex);
        if (MergeRepeated)
        {
            var again = nn.functional.pad(classes.narrow(1, 1, time - 1).eq(classes.narrow(1, 0, time - 1)), [1, 0]);
            classes = classes.masked_fill(again, MaskIndex);
        }

        var none = classes.eq(MaskIndex);
        var order = where(none, time, arange(time)).sort(-1, stable: true, descending: false).Indices;
        return [classes.masked_fill(none, -1).gather(1, order).unsqueeze(0).to_type(ScalarType.Int32), best.masked_fill(over, 0).sum(1, keepdim: true).neg()];
    }

    private Tensor[] Search(Tensor x, Tensor lengths)
    {
        var (batch, time, classes) = (x.shape[0], (int)x.shape[1], (int)x.shape[2]);
        var logs = x.log_softmax(-1).contiguous().data<float>().ToArray();
        var until = lengths.data<long>().ToArray();
        var (paths, scores) = (new int[TopPaths * batch * time], new float[batch * TopPaths]);
        Array.Fill(paths, -1);
        Array.Fill(scores, float.NegativeInfinity);
        for (var row = 0; row < batch; row++)
        {
            var beam = new LabelBeam(BeamWidth, MaskIndex);
            for (var t = 0; t < Math.Max(1, until[row]) && t < time; t++)
            {
                beam.Step(logs.AsSpan(((row * time) + t) * classes, classes));
            }

            foreach (var (place, (labels, score)) in beam.Best(TopPaths).Index())
            {
                labels.CopyTo(paths, (int)((place * batch) + row) * time);
                scores[(row * TopPaths) + place] = (float)score;
            }
        }

        return [tensor(paths, [TopPaths, batch, time]), tensor(scores, [batch, TopPaths])];
    }
}
