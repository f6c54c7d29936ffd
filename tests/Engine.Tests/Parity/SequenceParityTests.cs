using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class SequenceParityTests
{
    public static TheoryData<string, string> Cases => LayersCase.Of(
        "SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional", "TimeDistributed", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
        "Attention", "AdditiveAttention", "MultiHeadAttention", "GroupedQueryAttention");

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

    [Theory]
    [InlineData("keras2")]
    [InlineData("keras3")]
    public void AnLstmPassesOverTheStepsThatAnEmbeddingMasks(string set)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var golden = LayersCase.Open(set, "masked_embedding_lstm");
        var words = golden.Inputs.Values.Single(); // [batch, time]
        var embedding = new Rows(9, 4);
        golden.Load("embedding", embedding);
        var x = embedding.Weights[0].Value.index_select(0, words.flatten().to_type(ScalarType.Int64)).view(words.shape[0], words.shape[1], 4);
        var (layer, name, _) = golden.Find("LSTM");
        using var module = layer.Build([LayersCase.SpecOf(x)], new BuildContext(name, new RandomKey(1)));
        golden.Load(name, module);
        var mask = words.ne(0);
        Assert.False(mask.all().item<bool>());

        var outputs = module.Call([x], [mask], new Call(training: false, new RandomKey(1)));

        golden.AssertClose(outputs[0]);
    }

    /// <summary>A module that only holds a table.</summary>
    private sealed class Rows : LayerModule
    {
        public Rows(long rows, long width) => Own(new Weight("embedding/embeddings", zeros(rows, width)));

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call) => throw new NotSupportedException();
    }
}
