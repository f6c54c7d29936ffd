using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>ResNet-20 of He et al. (2015) on 32 × 32 pictures of three colours, batches of 32, Adam.</summary>
internal sealed class ResNet20 : Contest
{
    private static readonly int[] Filters = [16, 32, 64];

    private ResNet20(Tensor x, Tensor y)
        : base(Ours(), Network.Batches(Column.Of(x.clone()), Column.Of(y.clone()), 32), new Plain(), x.permute(0, 3, 1, 2).contiguous(), y, 32)
    {
    }

    internal override string Title => "ResNet-20 on 32 × 32, batch 32";

    internal static ResNet20 Make() => new(rand(320, 32, 32, 3), randint(0, 10, [320], ScalarType.Int64));

    private static Estimator Ours()
    {
        var network = new Network(Shape.OfBatch(32, 32, 3)).Add(Conv(16, 3, 1), "\"BatchNormalization\"", Relu);
        foreach (var filters in Filters)
        {
            for (var block = 0; block < 3; block++)
            {
                var shortens = filters > 16 && block == 0;
                var input = network.Last;
                var main = network.Add(Conv(filters, 3, shortens ? 2 : 1), "\"BatchNormalization\"", Relu, Conv(filters, 3, 1), "\"BatchNormalization\"").Last;
                network.Join("\"Add\"", shortens ? network.Join(Conv(filters, 1, 2), input) : input, main);
                network.Add(Relu);
            }
        }

        return network.Add("\"GlobalAveragePooling2D\"", """{"Dense": {"units": 10, "activation": "softmax"}}""")
            .Compile("""{"loss": "sparse_categorical_crossentropy", "optimizer": "adam"}""");
    }

    private const string Relu = """{"Activation": {"activation": "relu"}}""";

    private static string Conv(int filters, int size, int stride) =>
        $$$"""{"Conv2D": {"filters": {{{filters}}}, "kernel_size": {{{size}}}, "strides": {{{stride}}}, "padding": "same", "use_bias": false}}""";

    private sealed class Plain : ByHand
    {
        private readonly nn.Module<Tensor, Tensor> _layers;

        internal Plain()
        {
            var layers = new List<nn.Module<Tensor, Tensor>> { nn.Conv2d(3, 16, 3, padding: 1, bias: false), nn.BatchNorm2d(16), nn.ReLU() };
            var before = 16;
            foreach (var filters in Filters)
            {
                for (var block = 0; block < 3; block++)
                {
                    layers.Add(new Block(before, filters));
                    before = filters;
                }
            }

            _layers = nn.Sequential([.. layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layers.forward(input);
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _main;
        private readonly nn.Module<Tensor, Tensor> _shortcut;

        internal Block(int before, int filters)
            : base("block")
        {
            var stride = before == filters ? 1 : 2;
            _main = nn.Sequential(
                nn.Conv2d(before, filters, 3, stride: stride, padding: 1, bias: false), nn.BatchNorm2d(filters), nn.ReLU(),
                nn.Conv2d(filters, filters, 3, padding: 1, bias: false), nn.BatchNorm2d(filters));
            _shortcut = before == filters ? nn.Identity() : nn.Conv2d(before, filters, 1, stride: 2, bias: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => nn.functional.relu(_main.forward(input) + _shortcut.forward(input));
    }
}
