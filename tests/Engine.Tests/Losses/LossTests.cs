using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Losses;

public class LossTests
{
    private static readonly MeanSquaredError Squares = new();

    [Fact]
    public void WeightsOfExamplesCountForAllTheirPlaces()
    {
        using var scope = NewDisposeScope();
        var (target, prediction) = (zeros(2, 3, 1), tensor(new[] { 1f, 2, 3, 4, 5, 6 }, [2, 3, 1])); // squares 1 4 9, 16 25 36

        Assert.Equal(((14 * 0.5) + (77 * 2)) / 6, Value(Squares.Compute(target, prediction, tensor(new[] { 0.5f, 2f }))), 1e-5);
        Assert.Equal(((14 * 0.5) + (77 * 2)) / 6, Value(Squares.Compute(target, prediction, tensor(new[] { 0.5f, 2f }, [2, 1]))), 1e-5);
        Assert.Equal((1 + (36 * 3)) / 6.0, Value(Squares.Compute(target, prediction, tensor(new[] { 1f, 0, 0, 0, 0, 3 }, [2, 3]))), 1e-5);
    }

    [Fact]
    public void AMaskedMeanIsOverWhatCounts()
    {
        using var scope = NewDisposeScope();
        var (target, prediction) = (zeros(2, 3, 1), tensor(new[] { 1f, 2, 3, 4, 5, 6 }, [2, 3, 1]));
        var mask = tensor(new[] { true, true, false, true, false, false }, [2, 3]);
        var weight = tensor(new[] { 1f, 3f });

        Assert.Equal((1 + 4 + 16) / 3.0, Value(Squares.Compute(target, prediction, mask: mask)), 1e-5);
        Assert.Equal((1 + 4 + (16 * 3)) / 3.0, Value(Squares.Compute(target, prediction, weight, mask)), 1e-5);
        Assert.Equal(1 + 4 + 16, Value((Squares with { Reduction = Reduction.Sum }).Compute(target, prediction, mask: mask)), 1e-5);
        Assert.Equal(0, Value(Squares.Compute(target, prediction, mask: mask.logical_and(false))), 1e-5);
    }

    [Fact]
    public void AWeightedMeanIsDividedByTheWeights()
    {
        using var scope = NewDisposeScope();
        var loss = Squares with { Reduction = Reduction.MeanWithSampleWeight };
        var (target, prediction) = (zeros(3, 1), tensor(new[] { 1f, 2, 3 }, [3, 1]));

        Assert.Equal((1 + (4 * 2)) / 3.0, Value(loss.Compute(target, prediction, tensor(new[] { 1f, 2, 0 }))), 1e-5);
        Assert.Equal(14 / 3.0, Value(loss.Compute(target, prediction)), 1e-5);
        Assert.Equal(0, Value(loss.Compute(target, prediction, zeros(3))), 1e-5);
    }

    [Fact]
    public void ALastAxisOfLengthOneMayBeMissing()
    {
        using var scope = NewDisposeScope();
        var prediction = tensor(new[] { 1f, 2, 3 }, [3, 1]);

        Assert.Equal(0, Value(Squares.Compute(tensor(new[] { 1f, 2, 3 }), prediction)));
        Assert.Equal(0, Value(Squares.Compute(tensor(new[] { 1L, 2, 3 }), prediction)));
        Assert.Equal(0, Value(Squares.Compute(prediction.unsqueeze(1), tensor(new[] { 1f, 2, 3 }, [3, 1]))));
    }

    [Fact]
    public void TheReductionsNamesAreKeras()
    {
        using var scope = NewDisposeScope();
        var (target, prediction) = (zeros(2, 1), tensor(new[] { 1f, 3 }, [2, 1]));
        foreach (var (name, expected) in new[] { ("sum_over_batch_size", 5), ("mean", 5), ("sum", 10), ("auto", 5), ("mean_with_sample_weight", 5) })
        {
            Assert.Equal(expected, Value(Read($$"""{"class_name": "MeanSquaredError", "config": {"reduction": "{{name}}", "name": "x", "fn": "mse"} }""")
                .Compute(target, prediction)));
        }

        foreach (var none in new[] { "\"none\"", "null" })
        {
            Assert.Equal([2], Read($$"""{"class_name": "MeanSquaredError", "config": {"reduction": {{none}} } }""").Compute(target, prediction).shape);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CrossentropiesAreTheSameBeforeAndAfterTheActivation(bool smooth)
    {
        using var scope = NewDisposeScope();
        var smoothing = smooth ? 0.1 : 0;
        var classes = tensor(new[] { 0L, 2, 1, 1, 0 });
        var oneHot = nn.functional.one_hot(classes, 3);
        AssertSame(new CategoricalCrossentropy { LabelSmoothing = smoothing }, new Softmax(), oneHot);
        AssertSame(new BinaryCrossentropy { LabelSmoothing = smoothing }, new Sigmoid(), oneHot);
        if (!smooth)
        {
            AssertSame(new SparseCategoricalCrossentropy(), new Softmax(), classes);
            AssertSame(new SparseCategoricalCrossentropy { IgnoreClass = 1 }, new Softmax(), classes);
        }

        static void AssertSame(Loss loss, Activation activation, Tensor target)
        {
            var values = new[] { 1f, -2, 0.5f, 3, 0, -1, 6, -5, 2, 7, -7, 0, 0.1f, 0.2f, 0.3f };
            var (fused, plain) = (tensor(values, [5, 3], requires_grad: true), tensor(values, [5, 3], requires_grad: true));
            var call = new Call(training: true, new RandomKey(1));

            var one = loss.Compute(target, call.Activate(activation, fused), call: call);
            var other = loss.Compute(target, activation.Apply(plain));

            Assert.Equal(Value(other), Value(one), 2e-4);
            one.backward();
            other.backward();
            Assert.True(allclose(plain.grad!, fused.grad!, 1e-3, 2e-4));
        }
    }

    [Fact]
    public void CrossentropiesKeepKerasBoundsBeforeTheActivation()
    {
        using var scope = NewDisposeScope();
        foreach (var (loss, activation, target) in new (Loss, Activation, Tensor)[]
        {
            (new CategoricalCrossentropy(), new Softmax(), tensor(new[] { 0f, 1 }, [1, 2])),
            (new SparseCategoricalCrossentropy(), new Softmax(), tensor(new[] { 1L })),
            (new BinaryCrossentropy(), new Sigmoid(), tensor(new[] { 0f, 1 }, [1, 2])),
        })
        {
            var x = tensor(new[] { 40f, -40 }, [1, 2], requires_grad: true); // as wrong as can be
            var call = new Call(training: true, new RandomKey(1));

            var value = loss.Compute(target, call.Activate(activation, x), call: call);

            var expected = loss is BinaryCrossentropy ? (15.942385 + 16.118095) / 2 : 16.118095; // −log of 1e-7, and of 1 − 0.99999988
            Assert.Equal(expected, Value(value), 1e-4);
            value.backward();
            Assert.Equal(0, Value(x.grad!.abs().sum()));
        }
    }

    [Fact]
    public void ASoftmaxAlongAnotherAxisIsNoShortcut()
    {
        using var scope = NewDisposeScope();
        var x = randomless([2, 3]);
        var call = new Call(training: true, new RandomKey(1));
        var target = tensor(new[] { 1f, 0, 0, 0, 0, 1 }, [2, 3]);

        var value = new CategoricalCrossentropy().Compute(target, call.Activate(new Softmax { Axis = 0 }, x), call: call);

        Assert.Equal(Value(new CategoricalCrossentropy().Compute(target, x.softmax(0))), Value(value), 1e-6);

        static Tensor randomless(long[] shape) => arange(6, ScalarType.Float32).reshape(shape).sin();
    }

    [Fact]
    public void CrossentropiesWorkAlongAnyAxis()
    {
        using var scope = NewDisposeScope();
        var p = arange(24, ScalarType.Float32).reshape(2, 3, 4).sin().add(2); // [batch, classes, places]
        var classes = tensor(new[] { 0L, 1, 2, 0, 2, 2, 1, 0 }, [2, 4]);
        var oneHot = nn.functional.one_hot(classes, 3).transpose(1, 2);
        var last = new SparseCategoricalCrossentropy().Compute(classes, p.transpose(1, 2));

        Assert.Equal(Value(last), Value(new SparseCategoricalCrossentropy { Axis = 1 }.Compute(classes, p)), 1e-6);
        Assert.Equal(Value(last), Value(new CategoricalCrossentropy { Axis = 1 }.Compute(oneHot, p)), 1e-6);
    }

    [Fact]
    public void IgnoredClassesAreLeftOutOfTheMean()
    {
        using var scope = NewDisposeScope();
        var p = tensor(new[] { 0.5f, 0.5f, 0.25f, 0.75f, 0.9f, 0.1f }, [3, 2]);

        var value = new SparseCategoricalCrossentropy { IgnoreClass = -1 }.Compute(tensor(new[] { 0L, 1, -1 }), p);

        Assert.Equal((-Math.Log(0.5) - Math.Log(0.75)) / 2, Value(value), 1e-5);
    }

    [Fact]
    public void ATargetThatIsNoClassIsTold()
    {
        using var scope = NewDisposeScope();
        var mistake = Assert.Throws<ShapeException>(() => new SparseCategoricalCrossentropy().Compute(tensor(new[] { 0L, 7 }), ones(2, 3)));

        Assert.Equal("was given the target 7, but there are 3 classes, from 0 to 2", mistake.Message);
    }

    [Fact]
    public void TargetsOfAnotherShapeAreTold()
    {
        using var scope = NewDisposeScope();
        var mistake = Assert.Throws<ShapeException>(() => new CategoricalCrossentropy().Compute(ones(2, 4), ones(2, 3)));

        Assert.Equal("expected targets shaped like the predictions [2, 3], but they are [2, 4]", mistake.Message);
        Assert.Throws<ShapeException>(() => new SparseCategoricalCrossentropy().Compute(ones(5), ones(2, 3)));
        Assert.Throws<ShapeException>(() => Squares.Compute(ones(5), ones(2, 3)));
    }

    [Fact]
    public void ShapesAreComparedBeforeThereAreTensors()
    {
        Shape classes = Shape.OfBatch(10), numbers = Shape.OfBatch(), column = Shape.OfBatch(1);
        foreach (var number in new[] { numbers, column })
        {
            new SparseCategoricalCrossentropy().NeedFit(number, classes);
            new BinaryCrossentropy().NeedFit(number, column);
            Squares.NeedFit(number, column);
            Assert.Equal(
                $"expected targets shaped like the predictions [batch, 10], but they are {number}; for numbers of classes there is sparse_categorical_crossentropy",
                Assert.Throws<ShapeException>(() => new CategoricalCrossentropy().NeedFit(number, classes)).Message);
        }

        new CategoricalCrossentropy().NeedFit(classes, classes);
        new SparseCategoricalCrossentropy { Axis = 1 }.NeedFit(Shape.OfBatch(4, 5), Shape.OfBatch(3, 4, 5));
        new SparseCategoricalCrossentropy().NeedFit(new Shape(null, null), Shape.OfBatch(7, 5));
        Assert.EndsWith(
            "there is categorical_crossentropy",
            Assert.Throws<ShapeException>(() => new SparseCategoricalCrossentropy().NeedFit(classes, classes)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Squares.NeedFit(numbers, classes));
    }

    [Fact]
    public void WordsForCrossentropyChooseByTheShapes()
    {
        foreach (var word in new[] { "crossentropy", "ce" })
        {
            var choice = Engine.Definitions.Reading.Read<LossChoice>(Engine.Definitions.JsonNodes.Parse($"\"{word}\""));

            Assert.IsType<BinaryCrossentropy>(choice.For(Shape.OfBatch(1), Shape.OfBatch(1)));
            Assert.IsType<SparseCategoricalCrossentropy>(choice.For(Shape.OfBatch(10), Shape.OfBatch()));
            Assert.IsType<CategoricalCrossentropy>(choice.For(Shape.OfBatch(10), Shape.OfBatch(10)));
        }
    }

    [Fact]
    public void FunctionsInKerasFilesAreLosses()
    {
        var wrapped = """{"class_name": "LossFunctionWrapper", "config": {"fn": {"class_name": "function", "config": "mean_squared_error"}, "reduction": "sum"}}""";

        Assert.Equal(
            new MeanSquaredError { Reduction = Reduction.Sum },
            Engine.Definitions.Reading.Read<LossChoice>(Engine.Definitions.JsonNodes.Parse(wrapped), Engine.Definitions.Dialect.Keras).Loss);
        Assert.Equal(
            new MeanAbsoluteError(),
            Engine.Definitions.Reading.Read<LossChoice>(
                Engine.Definitions.JsonNodes.Parse("""{"class_name": "function", "config": "mae"}"""), Engine.Definitions.Dialect.Keras).Loss);
    }

    private static Loss Read(string json) => Engine.Definitions.Reading.Read<Loss>(Engine.Definitions.JsonNodes.Parse(json), Engine.Definitions.Dialect.Keras);

    private static double Value(Tensor x) => x.to_type(float64).item<double>();
}
