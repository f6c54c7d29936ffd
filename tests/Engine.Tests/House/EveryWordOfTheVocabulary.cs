using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.House;

public class EveryWordOfTheVocabulary
{
    private static readonly Type[] Kinds =
    [
        typeof(Activation), typeof(Initializer), typeof(Regularizer), typeof(Constraint), typeof(Loss), typeof(Metric),
        typeof(Optimizer), typeof(LearningRateSchedule),
    ];

    public static TheoryData<Type> All => Of(Kinds);

    public static TheoryData<Type> Activations => Of(typeof(Activation));

    public static TheoryData<Type> Initializers => Of(typeof(Initializer));

    public static TheoryData<Type> Regularizers => Of(typeof(Regularizer));

    public static TheoryData<Type> Constraints => Of(typeof(Constraint));

    public static TheoryData<Type> Losses => Of(typeof(Loss));

    public static TheoryData<Type> Metrics => Of(typeof(Metric));

    [Theory, MemberData(nameof(All))]
    public void IsSealedAndSaysWhereItComesFrom(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.NotEmpty(Documentation.Summary(type));
        Assert.Contains("Source: ", Documentation.Remarks(type), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public void IsMadeFromItsNameAloneOrFromItsExample(Type type)
    {
        var kind = Array.Find(Kinds, kind => kind.IsAssignableFrom(type))!;
        var errors = new List<ConfigError>();

        var read = Form.Of(kind).TryRead(Documentation.Example(type), new Reading(Dialect.Experiment, errors), out var value);

        Assert.True(read, string.Join("; ", errors));
        Assert.IsType(type, value);
    }

    [Theory, MemberData(nameof(All))]
    public void IsTheSameAfterItWasWrittenAndRead(Type type)
    {
        var kind = Array.Find(Kinds, kind => kind.IsAssignableFrom(type))!;
        foreach (var dialect in new[] { Dialect.Experiment, Dialect.Keras })
        {
            var errors = new List<ConfigError>();
            Assert.True(Form.Of(kind).TryRead(Documentation.Example(type), new Reading(dialect, errors), out var value));
            var written = Form.Of(kind).Write(value, null, dialect);

            Assert.True(Form.Of(kind).TryRead(written, new Reading(dialect, errors), out var again), string.Join("; ", errors));
            Assert.Equivalent(value, again, strict: true);
        }
    }

    [Theory, MemberData(nameof(Activations))]
    public void AnActivationHasTheShapeItSaysAndAFiniteGradient(Type type)
    {
        using var scope = NewDisposeScope();
        var activation = Made<Activation>(type);
        var x = tensor(new[] { -60f, -3f, -1f, -0.5f, 0f, 0.5f, 1f, 3f, 6f, 60f, 0.1f, -0.1f }, [2, 6], requires_grad: true);

        var y = activation.Apply(x);

        Assert.Equal(activation.OutputShape(new Shape(2, 6)).Known(), y.shape);
        Assert.True(Finite(y.masked_fill(y.gt(1e20), 0))); // exp(60) is large
        y.sum().backward();
        Assert.True(Finite(x.grad!));
    }

    [Theory, MemberData(nameof(Losses))]
    public void ALossIsFiniteAndHasAFiniteGradient(Type type)
    {
        using var scope = NewDisposeScope();
        var loss = Made<Loss>(type);
        foreach (var sure in new[] { false, true })
        {
            var (target, prediction) = Batch(loss, sure);
            prediction.requires_grad_(true);

            var value = loss.Compute(target, prediction);

            Assert.Equal(0, value.dim());
            Assert.True(Finite(value), $"the loss is {value.item<float>()}");
            value.backward();
            Assert.True(Finite(prediction.grad!));
        }
    }

    [Theory, MemberData(nameof(Metrics))]
    public void AMetricGathersForgetsAndGoesOn(Type type)
    {
        var metric = Made<Metric>(type);
        using var state = metric.Start();
        using var other = metric.Start();
        using var scope = NewDisposeScope();
        var target = tensor(new[] { 1f, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0 }, [4, 3]);
        var prediction = tensor(new[] { 0.9f, 0.2f, 0.1f, 0.3f, 0.4f, 0.6f, 0.2f, 0.1f, 0.8f, 0.3f, 0.5f, 0.7f }, [4, 3]);
        if (metric is SparseCategoricalAccuracy or SparseTopKCategoricalAccuracy or Engine.Metrics.SparseCategoricalCrossentropy)
        {
            target = target.argmax(-1);
        }

        state.Update(target, prediction);
        state.Update(target, prediction, tensor(new[] { 1f, 2, 0, 1 }));
        var result = state.Result();
        other.Restore(state.Variables);
        state.Update(target, 1 - prediction);
        other.Update(target, 1 - prediction);

        Assert.All(result, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(state.Result(), other.Result());
        state.Reset();
        state.Update(target, prediction);
        state.Update(target, prediction, tensor(new[] { 1f, 2, 0, 1 }));
        Assert.Equal(result, state.Result());
    }

    [Fact]
    public void MetricsHaveDifferentNames() => Assert.Distinct(Catalog.TypesOf(typeof(Metric)).Select(type => Made<Metric>(type).DefaultName));

    [Theory, MemberData(nameof(Initializers))]
    public void AnInitializerMakesTheSameValuesFromTheSameKey(Type type)
    {
        using var scope = NewDisposeScope();
        var initializer = Made<Initializer>(type);
        long[] shape = type == typeof(STFT) ? [5, 1, 4] : [5, 4];

        var values = initializer.Make(shape, new RandomKey(1));

        Assert.Equal(shape, values.shape);
        Assert.Equal(ScalarType.Float32, values.dtype);
        Assert.True(Finite(values));
        Assert.True(values.Equals(initializer.Make(shape, new RandomKey(1))));
        Assert.Equal(initializer is RandomInitializer, !values.Equals(initializer.Make(shape, new RandomKey(2))));
        if (initializer is RandomInitializer random)
        {
            var seeded = random with { Seed = 3 };
            Assert.True(seeded.Make(shape, new RandomKey(1)).Equals(seeded.Make(shape, new RandomKey(2))));
        }
    }

    [Theory, MemberData(nameof(Regularizers))]
    public void ARegularizerIsAScalarWithAFiniteGradient(Type type)
    {
        using var scope = NewDisposeScope();
        var w = tensor(new[] { 0f, 0, 0, 1, -2, 3 }, [2, 3], requires_grad: true);

        var penalty = Made<Regularizer>(type).Penalty(w);

        Assert.Equal(0, penalty.dim());
        if (penalty.requires_grad)
        {
            penalty.backward();
            Assert.True(Finite(w.grad!));
        }
    }

    [Theory, MemberData(nameof(Constraints))]
    public void AConstraintIsObeyedAfterOneApplication(Type type)
    {
        using var scope = NewDisposeScope();
        var constraint = Made<Constraint>(type);
        var once = constraint.Apply(tensor(new[] { 0f, 4, -3, 1, -2, 3 }, [2, 3]));

        var twice = constraint.Apply(once);

        Assert.True(allclose(once, twice, 1e-5, 1e-5));
    }

    /// <summary>Targets and predictions that a loss can take; sure predictions are 0 and 1, some of them wrong.</summary>
    private static (Tensor Target, Tensor Prediction) Batch(Loss loss, bool sure)
    {
        var prediction = sure
            ? tensor(new[] { 1f, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0 }, [4, 3])
            : tensor(new[] { 0.7f, 0.2f, 0.1f, 0.3f, 0.1f, 0.6f, 0.2f, 0.5f, 0.3f, 0.25f, 0.25f, 0.5f }, [4, 3]);
        return loss switch
        {
            CTC => (tensor(new[] { 1L, 2, 0, 1, 1, 0 }, [2, 3]), prediction.repeat(2, 4).reshape(2, 8, 6)),
            CategoricalGeneralizedCrossEntropy => (tensor(new[] { 0L, 2, 2, 0 }), prediction.clamp_min(1e-6)), // at 0 its slope is infinite, in Keras too
            { TargetsAreWhole: true } => (tensor(new[] { 0L, 2, 2, 0 }), prediction),
            _ => (tensor(new[] { 1f, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0 }, [4, 3]), prediction),
        };
    }

    private static T Made<T>(Type type)
    {
        Assert.True(Form.Of(typeof(T)).TryRead(Documentation.Example(type), new Reading(Dialect.Experiment, []), out var value));
        return (T)value!;
    }

    private static bool Finite(Tensor x) => x.isfinite().all().item<bool>();

    private static TheoryData<Type> Of(params Type[] kinds)
    {
        var types = new TheoryData<Type>(kinds.SelectMany(Catalog.TypesOf));
        Assert.NotEmpty(types);
        return types;
    }
}
