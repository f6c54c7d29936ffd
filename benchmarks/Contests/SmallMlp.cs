using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>A network of 6, 8 and 3 units, batches of 8, Adam: next to nothing to compute, so the loop shows.</summary>
internal sealed class SmallMlp : Contest
{
    private SmallMlp(Tensor x, Tensor y)
        : base(
            new Network(Shape.OfBatch(6)).Add("""{"Dense": {"units": 8, "activation": "relu"}}""", """{"Dense": {"units": 3, "activation": "softmax"}}""")
                .Compile("""{"loss": "sparse_categorical_crossentropy", "optimizer": "adam"}"""),
            Network.Batches(Column.Of(x.clone()), Column.Of(y.clone()), 8),
            new Plain(), x, y, 8)
    {
    }

    internal override string Title => "MLP 6-8-3, batch 8";

    internal static SmallMlp Make() => new(rand(800, 6), randint(0, 3, [800], ScalarType.Int64));

    private sealed class Plain : ByHand
    {
        private readonly nn.Module<Tensor, Tensor> _layers = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3));

        internal Plain() => RegisterComponents();

        public override Tensor forward(Tensor input) => _layers.forward(input);
    }
}
