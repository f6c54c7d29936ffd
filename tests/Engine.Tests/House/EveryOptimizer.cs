using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.House;

public class EveryOptimizer
{
    private static readonly long[][] Shapes = [[5, 3], [3], [3, 3, 2, 4], [70, 60], []];

    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>([.. Catalog.TypesOf(typeof(Optimizer)).Select(Catalog.NameOf)]);
        Assert.True(names.Count >= 15);
        return names;
    }

    [Theory, MemberData(nameof(Names))]
    public void MovesEveryWeightFromItsDefaultOptions(string name)
    {
        using var scope = NewDisposeScope();
        var weights = Weights();
        var before = weights.Select(weight => weight.Value.detach().clone()).ToArray();
        using var state = Default(name).Start(weights);
        state.Step(Gradients(0));
        foreach (var (weight, start) in weights.Zip(before))
        {
            Assert.True(weight.Value.isfinite().all().item<bool>());
            Assert.True((weight.Value != start).to_type(ScalarType.Float32).mean().item<float>() > 0.99); // a step may be lost in rounding
            Assert.True(weight.Value.is_leaf && weight.Value.requires_grad);
        }

        Assert.Equal(1, state.Iterations);
    }

    [Theory, MemberData(nameof(Names))]
    public void GoesOnFromItsStateToTheSameBits(string name)
    {
        using var scope = NewDisposeScope();
        var straight = Weights();
        var optimizer = Default(name);
        using var whole = optimizer.Start(straight);
        Steps(whole, 0, 4);
        whole.LearningRate = 0.02f;
        Weight[] resumed = [.. straight.Select(weight => new Weight(weight.Path, weight.Value))];
        var saved = whole.Variables().Select(variable => variable.Value.clone()).ToArray();
        Steps(whole, 4, 8);

        using var rest = optimizer.Start(resumed);
        rest.Assign(saved);
        Assert.Equal(4, rest.Iterations);
        Steps(rest, 4, 8);

        Same(straight, resumed);
    }

    [Theory, MemberData(nameof(Names))]
    public void GoesOnFromItsSlotsToTheSameBits(string name)
    {
        using var scope = NewDisposeScope();
        var straight = Weights();
        var optimizer = Default(name);
        using var whole = optimizer.Start(straight);
        Steps(whole, 0, 3);
        Weight[] resumed = [.. straight.Select(weight => new Weight(weight.Path, weight.Value))];
        using var rest = optimizer.Start(resumed);
        rest.Iterations = whole.Iterations;
        rest.LearningRate = whole.LearningRate;
        foreach (var (from, to) in whole.Slots.Zip(rest.Slots))
        {
            Assert.Equal(from.Key, to.Key);
            to.Value.copy_(from.Value);
        }

        Steps(whole, 3, 6);
        Steps(rest, 3, 6);

        Same(straight, resumed);
    }

    [Theory, MemberData(nameof(Names))]
    public void TakesGradientsInAnyOrderOfMemory(string name)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (Weights(), Weights());
        using var plain = Default(name).Start(one);
        using var odd = Default(name).Start(other);
        for (var step = 0; step < 3; step++)
        {
            var gradients = Gradients(step);
            plain.Step(gradients);
            odd.Step([.. gradients.Select(gradient => gradient.dim() < 2 ? gradient : gradient.transpose(0, 1).contiguous().transpose(0, 1))]);
        }

        foreach (var (weight, same) in one.Zip(other))
        {
            Assert.True((weight.Value - same.Value).abs().max().item<float>() < 1e-6);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void LeavesAWeightWithoutAGradient(string name)
    {
        using var scope = NewDisposeScope();
        var weights = Weights();
        var before = weights.Select(weight => weight.Value.detach().clone()).ToArray();
        using var state = Default(name).Start(weights);
        for (var step = 0; step < 3; step++)
        {
            Tensor?[] gradients = [.. Gradients(step)];
            gradients[0] = gradients[1] = null;
            state.Step(gradients);
        }

        for (var i = 0; i < weights.Length; i++)
        {
            Assert.Equal(i < 2, (weights[i].Value == before[i]).all().item<bool>());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void KeepsNoTensorOfAStep(string name)
    {
        using var scope = NewDisposeScope();
        using var state = Default(name).Start(Weights());
        var gradients = Gradients(0);
        state.Step(gradients);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 20; step++)
        {
            state.Step(gradients);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory, MemberData(nameof(Names))]
    public void GivesItsSlotsBack(string name)
    {
        using var scope = NewDisposeScope();
        var weights = Weights();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var state = Default(name).Start(weights);
        Assert.Equal(state.Slots.Count, state.Slots.Select(slot => slot.Key).Distinct().Count());
        var joined = 1 + (state.Slots.Count / weights.Length); // the small weights side by side, and each kind of their slots
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - before, state.Slots.Count, state.Slots.Count + joined);
        state.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory, MemberData(nameof(Names))]
    public void FindsItsWeightsAfterAnotherHadThem(string name)
    {
        using var scope = NewDisposeScope();
        var (alone, shared) = (Weights(), Weights());
        using var one = Default(name).Start(alone);
        using var other = Default(name).Start(shared);
        using var still = new SGD { LearningRate = 0 }.Start(shared);
        for (var step = 0; step < 3; step++)
        {
            one.Step(Gradients(step));
            other.Step(Gradients(step));
            still.Step(Gradients(step)); // small weights lie side by side in memory, now where this one has them
        }

        Assert.All(alone.Zip(shared), pair => Assert.True((pair.First.Value == pair.Second.Value).all().item<bool>()));
    }

    private static Optimizer Default(string name) => name == "LossScaleOptimizer"
        ? new LossScaleOptimizer { InnerOptimizer = new Adam() }
        : Reading.Read<Optimizer>(new ScalarNode(name, quoted: false, SourceSpan.Nowhere));

    private static Weight[] Weights() =>
        [.. Shapes.Select((shape, i) => new Weight($"layer_{i}/kernel", Wave(shape, i)))];

    private static Tensor[] Gradients(int step) => [.. Shapes.Select((shape, i) => Wave(shape, (step * 5) + i + 10))];

    private static void Steps(OptimizerState state, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            state.Step(Gradients(step));
        }
    }

    /// <summary>Numbers of either sign, none of them 0, other ones for each seed.</summary>
    private static Tensor Wave(long[] shape, int seed) =>
        tensor(Enumerable.Range(1, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => MathF.Sin((i * (seed + 1.7f)) + seed)).ToArray(), shape);

    private static void Same(Weight[] expected, Weight[] actual)
    {
        foreach (var (weight, same) in expected.Zip(actual))
        {
            Assert.Equal(weight.Value.data<float>().ToArray(), same.Value.data<float>().ToArray());
        }
    }
}
