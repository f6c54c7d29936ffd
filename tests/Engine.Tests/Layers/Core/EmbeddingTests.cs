using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Core;

public class EmbeddingTests
{
    [Theory]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Float32)]
    public void LooksVectorsUp(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new[] { 3, 0, 2, 3, 3, 1 }, [2, 3]).to_type(type);
        using var module = Numbers.Build(new Embedding { InputDim = 5, OutputDim = 4 }, [ids]);
        var table = module.Weights[0].Value;

        var y = Numbers.Run(module, [ids])[0];
        y.sum().backward();

        Numbers.AssertClose(stack([table[3], table[0], table[2], table[3], table[3], table[1]]).view(2, 3, 4), y, 0);
        Numbers.AssertClose(tensor(new[] { 1f, 1, 1, 3, 0 }).unsqueeze(1).expand(5, 4), table.grad!, 0);
    }

    [Fact]
    public void ItsGradientIsTheSameEachTime()
    {
        using var scope = NewDisposeScope();
        var ids = Numbers.Normal(1, 64, 100).abs().mul(200).clamp(0, 499).to_type(ScalarType.Int64);
        var gradient = Numbers.Normal(2, 64, 100, 16);
        using var module = Numbers.Build(new Embedding { InputDim = 500, OutputDim = 16 }, [ids]);
        var table = module.Weights[0].Value;

        var first = Gradient();

        for (var time = 0; time < 10; time++)
        {
            Assert.True(first.eq(Gradient()).all().item<bool>());
        }

        Tensor Gradient()
        {
            table.grad?.zero_();
            Numbers.Run(module, [ids], training: true)[0].backward([gradient]);
            return table.grad!.clone();
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    public void SaysWhichNumberItHasNoVectorFor(int id)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new[] { 0, id, 2 }, [1, 3]);
        using var module = Numbers.Build(new Embedding { InputDim = 5, OutputDim = 4 }, [ids]);

        var failure = Assert.Throws<InvalidOperationException>(() => Numbers.Run(module, [ids]));

        Assert.Equal($"An embedding of 5 rows was asked for row {id}.", failure.Message);
    }

    [Fact]
    public void ZeroIsPaddingIfItSaysSo()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new[] { 3, 0, 2, 0 }, [1, 4]);
        foreach (var layer in new Layer[]
        {
            new Embedding { InputDim = 5, OutputDim = 4, MaskZero = true },
            new ReversibleEmbedding { InputDim = 5, OutputDim = 4, MaskZero = true },
            new TokenAndPositionEmbedding { VocabularySize = 5, SequenceLength = 4, EmbeddingDim = 4, MaskZero = true },
        })
        {
            using var module = Numbers.Build(layer, [ids]);
            Numbers.Run(module, [ids]);

            Assert.Equal(MaskRule.Makes, layer.Masks);
            Assert.Equal([true, false, true, false], module.OutputMasks([ids], [null], 1)[0]!.data<bool>().ToArray());
        }

        Assert.Equal(MaskRule.Drops, new Embedding { InputDim = 5, OutputDim = 4 }.Masks);
    }

    [Fact]
    public void AReversedEmbeddingScoresEveryNumber()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new[] { 3, 1, 2, 4 }, [2, 2]);
        var x = Numbers.Normal(1, 2, 2, 4);
        var back = new CallOptions { Reverse = true };
        var tied = new ReversibleEmbedding { InputDim = 5, OutputDim = 4, MaskZero = true, LogitSoftCap = 2 };
        using var module = Numbers.Build(tied, [ids]);
        using var apart = Numbers.Build(tied with { TieWeights = false, LogitSoftCap = null }, [ids]);

        var scores = Numbers.Run(module, [x], options: back)[0];

        Numbers.AssertClose((x.matmul(module.Weights[0].Value.t()) / 2).tanh() * 2, scores);
        Assert.Null(module.OutputMasks([x], [null], 1)[0]);
        Numbers.AssertClose(x.matmul(apart.Weights[1].Value), Numbers.Run(apart, [x], options: back)[0]);
        Assert.Equal(["embeddings", "reverse_embeddings"], apart.Weights.Select(weight => weight.Name));
        Assert.Equal(Shape.OfBatch(2, 5), tied.Infer([new Spec(Shape.OfBatch(2, 4))], back)[0].Shape);
        Assert.Throws<ShapeException>(() => tied.Infer([new Spec(Shape.OfBatch(2, 3))], back));
    }

    [Fact]
    public void TokensAndPositionsAreAdded()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new[] { 3, 0, 2, 3, 3, 1 }, [2, 3]);
        using var module = Numbers.Build(new TokenAndPositionEmbedding { VocabularySize = 5, SequenceLength = 7, EmbeddingDim = 4 }, [ids]);
        Assert.Equal(["layer/token_embedding/embeddings", "layer/position_embedding/embeddings"], module.AllWeights.Select(weight => weight.Path));
        var (tokens, positions) = (module.AllWeights.First().Value, module.AllWeights.Last().Value);

        var y = Numbers.Run(module, [ids])[0];
        y.sum().backward();

        Numbers.AssertClose(tokens.index_select(0, ids.flatten()).view(2, 3, 4) + positions.narrow(0, 0, 3), y);
        Numbers.AssertClose(tensor(new[] { 2f, 2, 2, 0, 0, 0, 0 }).unsqueeze(1).expand(7, 4), positions.grad!, 0);
    }

    [Fact]
    public void PositionsPutOutTheirVectorsForEveryExample()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 3, 4);
        var layer = new PositionEmbedding { SequenceLength = 5 };
        using var module = Numbers.Build(layer, [x]);

        Numbers.AssertClose(module.Weights[0].Value.narrow(0, 0, 3).expand(2, 3, 4), Numbers.Run(module, [x])[0], 0);
        Assert.Equal("has vectors for 5 positions, but its input is [batch, 6, 4]", LayerRun.Misfit(layer, 6, 4));
        Assert.Equal(
            "layer/embeddings has vectors for 5 positions, but a sequence has 6.",
            Assert.Throws<InvalidOperationException>(() => Numbers.Run(module, [Numbers.Normal(1, 2, 6, 4)])).Message);
    }

    [Fact]
    public void MaskingHidesStepsThatAreAllOneValue()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 9f, 9, 9, 1, 2, 3, 4, 9 }, [1, 4, 2]);
        using var module = Numbers.Build(new Masking { MaskValue = 9 }, [x]);

        var y = Numbers.Run(module, [x])[0];

        Numbers.AssertClose(tensor(new[] { 0f, 0, 9, 1, 2, 3, 4, 9 }, [1, 4, 2]), y, 0);
        Assert.Equal([false, true, true, true], module.OutputMasks([x], [null], 1)[0]!.data<bool>().ToArray());
    }
}
