using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>
/// A block of the transformer's encoder (Vaswani et al., 2017): 64 places of 256 numbers, 8 heads, 1,024 units between, dropout of
/// 0.1; the mean of all places and ten classes after it; batches of 32, Adam.
/// </summary>
internal sealed class TransformerBlock : Contest
{
    private const int Length = 64;
    private const int Width = 256;
    private const int Heads = 8;
    private const int Between = 1024;

    private TransformerBlock(Tensor x, Tensor y)
        : base(Ours(), Network.Batches(Column.Of(x.clone()), Column.Of(y.clone()), 32), new Plain(), x, y, 32)
    {
    }

    internal override string Title => "transformer block, 64 × 256, 8 heads, batch 32";

    internal static TransformerBlock Make() => new(rand(320, Length, Width), randint(0, 10, [320], ScalarType.Int64));

    private static Estimator Ours()
    {
        const string drop = """{"Dropout": {"rate": 0.1}}""";
        const string norm = """{"LayerNormalization": {"epsilon": 0.00001}}""";
        var network = new Network(Shape.OfBatch(Length, Width));
        var input = network.Last;
        network.Join($$$"""{"MultiHeadAttention": {"num_heads": {{{Heads}}}, "key_dim": {{{Width / Heads}}}, "dropout": 0.1}}""", input, input);
        network.Join("\"Add\"", input, network.Add(drop).Last);
        var attended = network.Add(norm).Last;
        network.Add($$$"""{"Dense": {"units": {{{Between}}}, "activation": "relu"}}""", drop, $$$"""{"Dense": {"units": {{{Width}}}}}""", drop);
        network.Join("\"Add\"", attended, network.Last);
        return network.Add(norm, "\"GlobalAveragePooling1D\"", """{"Dense": {"units": 10, "activation": "softmax"}}""")
            .Compile("""{"loss": "sparse_categorical_crossentropy", "optimizer": "adam"}""");
    }

    private sealed class Plain : ByHand
    {
        private readonly TransformerEncoderLayer _block = nn.TransformerEncoderLayer(Width, Heads, Between, 0.1);
        private readonly Linear _dense = nn.Linear(Width, 10);

        internal Plain() => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            _dense.forward(_block.call(input.transpose(0, 1), src_mask: null, src_key_padding_mask: null).mean([0])); // [place, example, number] inside
    }
}
