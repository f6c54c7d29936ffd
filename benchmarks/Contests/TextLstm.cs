using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>Keras's LSTM for film reviews: 80 words of 20,000, each 128 numbers, an LSTM of 128, one probability; batches of 32, Adam.</summary>
internal sealed class TextLstm : Contest
{
    private const int Words = 20000;
    private const int Length = 80;
    private const int Units = 128;

    private TextLstm(Tensor x, Tensor y)
        : base(
            new Network(Shape.OfBatch(Length), DataType.Int32)
                .Add($$$"""{"Embedding": {"input_dim": {{{Words}}}, "output_dim": {{{Units}}}}}""", $$$"""{"LSTM": {"units": {{{Units}}}}}""", """{"Dense": {"units": 1, "activation": "sigmoid"}}""")
                .Compile("""{"loss": "binary_crossentropy", "optimizer": "adam"}"""),
            Network.Batches(Column.Of(x.to_type(ScalarType.Int32)), Column.Of(y.clone()), 32),
            new Plain(), x, y, 32)
    {
    }

    internal override string Title => "LSTM text classifier, 80 words, batch 32";

    internal static TextLstm Make() => new(randint(0, Words, [640, Length], ScalarType.Int64), randint(0, 2, [640, 1], ScalarType.Float32));

    private sealed class Plain : ByHand
    {
        private readonly Embedding _words = nn.Embedding(Words, Units);
        private readonly LSTM _lstm = nn.LSTM(Units, Units, batchFirst: true);
        private readonly Linear _dense = nn.Linear(Units, 1);

        internal Plain() => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var (outputs, _, _) = _lstm.forward(_words.forward(input));
            return _dense.forward(outputs.select(1, Length - 1));
        }

        private protected override Tensor Loss(Tensor predicted, Tensor y) => nn.functional.binary_cross_entropy_with_logits(predicted, y);
    }
}
