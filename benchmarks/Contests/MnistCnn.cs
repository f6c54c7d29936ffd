using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>Keras's MNIST CNN, batches of 100, Adadelta, with the accuracy measured; by hand channels first, nothing measured.</summary>
internal sealed class MnistCnn : Contest
{
    private const int Examples = 6000;

    /// <summary>Billions of additions and multiplications of a step, forward and backward, in convolutions and dense layers.</summary>
    internal const double GigaFlop = 7.2;

    private static readonly string[] Layers =
    [
        """{"Conv2D": {"filters": 32, "kernel_size": 3, "activation": "relu"}}""",
        """{"Conv2D": {"filters": 64, "kernel_size": 3, "activation": "relu"}}""",
        "\"MaxPooling2D\"",
        """{"Dropout": {"rate": 0.25}}""",
        "\"Flatten\"",
        """{"Dense": {"units": 128, "activation": "relu"}}""",
        """{"Dropout": {"rate": 0.5}}""",
        """{"Dense": {"units": 10, "activation": "softmax"}}""",
    ];

    private MnistCnn(Tensor pictures, Tensor labels, ScalarType precision)
        : base(Ours(precision), Data(pictures, labels), new Plain(), pictures.to_type(ScalarType.Float32).div_(255).unsqueeze(1), labels.to_type(ScalarType.Int64), 100)
    {
    }

    internal override string Title => "MNIST CNN, batch 100";

    /// <summary>On random pictures.</summary>
    internal static MnistCnn Make(ScalarType precision = ScalarType.Float32) =>
        new(randint(0, 256, [Examples, 28, 28], ScalarType.Byte), randint(0, 10, [Examples], ScalarType.Byte), precision);

    /// <summary>The model with start weights.</summary>
    internal static Model Model() => Definition().Build();

    private static Network Definition() => new Network(Shape.OfBatch(28, 28, 1)).Add(Layers);

    private static Estimator Ours(ScalarType precision)
    {
        var estimator = Definition().Compile("""{"loss": "categorical_crossentropy", "optimizer": {"Adadelta": {"learning_rate": 1.0}}, "metrics": ["accuracy"]}""");
        estimator.Model.Compute = precision;
        return estimator;
    }

    private static ColumnBatches Data(Tensor pictures, Tensor labels) => Network.Batches(
        Column.Of(pictures.clone()).With(Network.Layer("""{"Rescaling": {"scale": 0.00392156862745098}}""")).With(Network.Layer("""{"Reshape": {"target_shape": [28, 28, 1]}}""")),
        Column.Of(labels.clone()).With(new ToCategorical { NumClasses = 10 }),
        100);

    private sealed class Plain : ByHand
    {
        private readonly nn.Module<Tensor, Tensor> _layers = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
            nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10));

        internal Plain() => RegisterComponents();

        public override Tensor forward(Tensor input) => _layers.forward(input);

        private protected override optim.Optimizer Optimizer() => optim.Adadelta(parameters(), lr: 1.0, rho: 0.95, eps: 1e-7);
    }
}
