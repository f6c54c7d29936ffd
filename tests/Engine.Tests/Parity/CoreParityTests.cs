using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class CoreParityTests
{
    public static TheoryData<string, string> Cases => LayersCase.Of(
        "Dense", "Activation", "EinsumDense", "Embedding", "Flatten", "Identity", "Permute", "RepeatVector",
        "Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract",
        "BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization", "SpectralNormalization", "UnitNormalization",
        "ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise",
        "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
        "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU");

    [Theory, MemberData(nameof(Cases))]
    public void ALayerComputesWhatKerasComputed(string set, string name)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var golden = LayersCase.Open(set, name);
        var (layer, module, inputs, options) = golden.Only();
        using var _ = module;

        var outputs = module.Call(inputs, new Tensor?[inputs.Count], new Call(training: false, new RandomKey(1)) { Options = options });

        golden.AssertClose(Assert.Single(outputs));
        var inferred = Assert.Single(layer.Infer([.. inputs.Select(LayersCase.SpecOf)], options));
        Assert.Equal(inferred.Shape.Skip(1), outputs[0].shape.Skip(1).Select(length => (long?)length));
    }

    [Fact]
    public void AReversibleEmbeddingGoesThereAndBack()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var golden = LayersCase.Open("keras3", "reversible_embedding");
        var (layer, name, _) = golden.Find("ReversibleEmbedding");
        var (between, betweenName, _) = golden.Find("LayerNormalization");
        var words = golden.Inputs.Values.Single(); // [batch, time]
        using var embedding = layer.Build([LayersCase.SpecOf(words)], new BuildContext(name, new RandomKey(1)));
        golden.Load(name, embedding);
        var x = embedding.Call([words], [null], new Call(training: false, new RandomKey(1)))[0];
        using var normalization = between.Build([LayersCase.SpecOf(x)], new BuildContext(betweenName, new RandomKey(1)));
        golden.Load(betweenName, normalization);
        var y = normalization.Call([x], [null], new Call(training: false, new RandomKey(1)))[0];
        var back = new CallOptions { Reverse = true };

        var scores = embedding.Call([y], [null], new Call(training: false, new RandomKey(1)) { Options = back })[0];

        golden.AssertClose(scores);
        Assert.Equal(layer.Infer([LayersCase.SpecOf(y)], back)[0].Shape.Last, scores.shape[^1]);
    }
}
