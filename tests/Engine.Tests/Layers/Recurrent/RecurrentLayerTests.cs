using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Recurrent;

public class RecurrentLayerTests
{
    private const int Batch = 4;
    private const int Time = 6;
    private const int Features = 3;
    private const int Units = 5;

    public static TheoryData<string, bool, string, bool, bool, bool> Walks
    {
        get
        {
            var walks = new TheoryData<string, bool, string, bool, bool, bool>();
            foreach (var kind in new[] { "simple", "lstm", "gru", "gru_before" })
            {
                foreach (var kernel in kind == "gru_before" ? [false] : new[] { true, false })
                {
                    foreach (var mask in new[] { "none", "all", "right", "left", "holes" })
                    {
                        foreach (var backwards in new[] { false, true })
                        {
                            walks.Add(kind, kernel, mask, backwards, false, backwards);
                            walks.Add(kind, kernel, mask, backwards, mask != "none", !backwards);
                        }
                    }
                }
            }

            return walks;
        }
    }

    [Theory, MemberData(nameof(Walks))]
    public void OutputsAndStatesFollowTheEquations(string kind, bool kernel, string maskKind, bool backwards, bool zeros, bool given)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Time, Features);
        var layer = Make(kind, kernel) with { ReturnState = true, GoBackwards = backwards, ZeroOutputForMask = zeros };
        Tensor[] initial = given ? [Normal(2, Batch, Units), .. kind == "lstm" ? new[] { Normal(3, Batch, Units) } : []] : [];
        Tensor[] inputs = [x, .. initial];
        using var module = Build(layer, inputs);
        var mask = Mask(maskKind);
        var masks = new Tensor?[inputs.Length];
        masks[0] = mask is null ? null : tensor(mask);

        var last = Run(module, inputs, masks);
        using var whole = Build(layer with { ReturnSequences = true }, inputs);
        var all = Run(whole, inputs, masks);

        var (outputs, states) = new PlainRecurrence(kind, [.. module.AllWeights]).Run(x, mask, backwards, zeros, given ? initial : null);
        AssertClose(outputs, all[0]);
        AssertClose(outputs.select(1, Time - 1), last[0]);
        Assert.Equal(1 + states.Length, last.Count);
        for (var i = 0; i < states.Length; i++)
        {
            AssertClose(states[i], last[1 + i]);
            AssertClose(states[i], all[1 + i]);
        }
    }

    [Theory]
    [InlineData("simple", "none")]
    [InlineData("simple", "holes")]
    [InlineData("lstm", "none")]
    [InlineData("lstm", "right")]
    [InlineData("lstm", "holes")]
    [InlineData("gru", "none")]
    [InlineData("gru", "left")]
    public void TheKernelAndTheLoopHaveTheSameGradients(string kind, string maskKind)
    {
        using var scope = NewDisposeScope();
        var mask = Mask(maskKind) is { } counts ? tensor(counts) : null;
        var gradients = new List<Tensor[]>();
        foreach (var kernel in new[] { true, false })
        {
            var x = Normal(1, Batch, Time, Features).requires_grad_(true);
            var module = Build(Make(kind, kernel) with { ReturnSequences = true, ReturnState = true }, [x]);
            var outputs = Run(module, [x], [mask], training: true);
            outputs.Select((output, i) => (output * Normal((ulong)(20 + i), output.shape)).sum()).Aggregate((one, other) => one + other).backward();
            gradients.Add([x.grad!, .. module.AllWeights.Select(weight => weight.Value.grad!)]);
        }

        foreach (var (one, other) in gradients[0].Zip(gradients[1]))
        {
            AssertClose(one, other, 1e-4);
        }

        Assert.True(gradients[0][0].abs().sum().item<float>() > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AGruLearnsBackToTheStateItStartsFrom(bool biased)
    {
        using var scope = NewDisposeScope();
        var (x, start, gradient) = (Normal(1, Batch, Time, Features).requires_grad_(true), Normal(2, Batch, 4).requires_grad_(true), Normal(3, Batch, Time, 4));
        using var module = Build(new GRU { Units = 4, UseBias = biased, ReturnSequences = true }, [x, start]);
        var weights = module.AllWeights.Select(weight => weight.Value).ToArray();

        var outputs = Run(module, [x, start], training: true)[0];
        outputs.backward([gradient]);

        Tensor[] leaves = [.. new[] { x, start }.Concat(weights).Select(leaf => leaf.detach().clone().requires_grad_(true))];
        var (h, all) = (leaves[1], new List<Tensor>());
        foreach (var step in leaves[0].unbind(1))
        {
            var (given, own) = (step.mm(leaves[2]), h.mm(leaves[3]));
            var (p, s) = ((biased ? given + leaves[4][0] : given).chunk(3, -1), (biased ? own + leaves[4][1] : own).chunk(3, -1));
            var z = (p[0] + s[0]).sigmoid();
            h = (z * h) + ((1 - z) * (p[2] + ((p[1] + s[1]).sigmoid() * s[2])).tanh());
            all.Add(h);
        }

        var expected = stack(all, 1);
        expected.backward([gradient]);
        AssertClose(expected, outputs);
        Assert.All(leaves.Zip([x, start, .. weights]), pair => AssertClose(pair.First.grad!, pair.Second.grad!));
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void ALayerWithoutABiasIsOneWithABiasOfZero(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Time, Features);
        using var without = Build(Make(kind, true) with { UseBias = false }, [x]);
        using var with = Build(Make(kind, true), [x]);
        with.AllWeights.Last().Value.zero_();

        Assert.Equal(2, without.AllWeights.Count());
        AssertClose(Run(with, [x])[0], Run(without, [x])[0]);
    }

    [Fact]
    public void ReluHasAKernelToo()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Time, Features);
        using var kernel = Build(new SimpleRNN { Units = Units, Activation = new Relu() }, [x]);
        using var loop = Build(new SimpleRNN { Units = Units, Activation = new Relu { MaxValue = 1e9 } }, [x]);

        AssertClose(Run(loop, [x])[0], Run(kernel, [x])[0]);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void ComputesInBfloat16WhenTold(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Time, Features);
        foreach (var kernel in new[] { true, false })
        {
            using var module = Build(Make(kind, kernel) with { ReturnState = true }, [x]);

            var exact = Run(module, [x], [tensor(Mask("holes")!)]);
            var rough = module.Call([x], [tensor(Mask("holes")!)], new Call(training: false, new RandomKey(1)) { Compute = ScalarType.BFloat16 });

            Assert.All(rough, output => Assert.Equal(ScalarType.BFloat16, output.dtype));
            foreach (var (one, other) in exact.Zip(rough))
            {
                AssertClose(one, other.to_type(ScalarType.Float32), 0.05);
            }
        }
    }

    [Theory]
    [InlineData("simple", true)]
    [InlineData("lstm", true)]
    [InlineData("lstm", false)]
    [InlineData("gru", true)]
    [InlineData("gru_before", false)]
    public void AStatefulLayerGoesOnWhereItStopped(string kind, bool kernel)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Time, Features);
        using var whole = Build(Make(kind, kernel), [x]);
        using var module = Stateful(Make(kind, kernel), x);

        Run(module, [x.narrow(1, 0, 2)], training: true);
        var end = Run(module, [x.narrow(1, 2, Time - 2)], training: true)[0];

        AssertClose(Run(whole, [x])[0], end);
        module.ResetState(training: true);
        AssertClose(Run(whole, [x])[0], Run(module, [x], training: true)[0]);
    }

    [Fact]
    public void StateIsNoWeightAndEvaluationHasItsOwn()
    {
        using var scope = NewDisposeScope();
        var x = Normal(1, Batch, Time, Features);
        using var module = Stateful(new LSTM { Units = Units }, x);

        Run(module, [x], training: true);
        var trained = module.AllState.Select(state => state.Get(training: true)!.clone()).ToList();
        var first = Run(module, [x])[0];
        var second = Run(module, [x])[0];

        Assert.Equal(["layer/rnn_state_0", "layer/rnn_state_1"], module.AllState.Select(state => state.Path));
        Assert.Equal(3, module.AllWeights.Count());
        Assert.All(module.AllState, state => Assert.Equal([Batch, Units], state.Shape));
        Assert.All(module.AllState.Zip(trained), pair => Assert.True(pair.First.Get(training: true)!.Equals(pair.Second)));
        Assert.False(first.Equals(second));
        Assert.False(trained[0].requires_grad);
        module.ResetState(training: false);
        AssertClose(first, Run(module, [x])[0], 0);
    }

    [Fact]
    public void StateLivesOnAfterTheScopeOfACall()
    {
        var outer = Normal(1, Batch, Time, Features);
        using var module = Stateful(new GRU { Units = Units }, outer);
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            Run(module, [outer], training: true)[0].sum().backward();
        }

        Assert.True(Assert.Single(module.State).Get(training: true)!.isfinite().all().item<bool>());
        outer.Dispose();
    }

    [Fact]
    public void AStatefulLayerRefusesAnotherBatch()
    {
        using var scope = NewDisposeScope();
        using var module = Stateful(new LSTM { Units = Units, Name = "memory" }, Normal(1, Batch, Time, Features));

        var error = Assert.Throws<InvalidOperationException>(() => Run(module, [Normal(1, Batch - 1, Time, Features)]));

        Assert.Equal("memory/rnn_state_0 holds the states of 4 examples, but a batch has 3.", error.Message);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru_before")]
    public void DropoutIsTheSameAtEveryStepAndOnlyInTraining(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = ones(64, 1, 8);
        using var module = Build(Make(kind, true) with { Dropout = 0.5 }, [x]);
        using var plain = Build(Make(kind, true), [x]);

        AssertClose(Run(plain, [x])[0], Run(module, [x])[0]);
        var y = Run(module, [x], training: true)[0];
        Assert.False(y.Equals(Run(plain, [x])[0]));
        Assert.True(y.Equals(Run(module, [x], training: true)[0]));
        Assert.False(y.Equals(Run(module, [x], training: true, key: 2)[0]));

        // The same is dropped at both steps of a longer sequence.
        var key = new Call(training: true, new RandomKey(1)).Key;
        var kept = DropoutMask.Drop(x, 0.5, key.Derive(0).Derive(0));
        AssertClose(Run(plain, [cat([kept, kept], 1)])[0], Run(module, [cat([x, x], 1)], training: true)[0]);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru_before")]
    public void DropoutOnTheStateLeavesTheFirstStepAlone(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Time, Features);
        using var module = Build(Make(kind, true) with { RecurrentDropout = 0.5, ReturnSequences = true }, [x]);
        using var plain = Build(Make(kind, true) with { ReturnSequences = true }, [x]);
        var expected = Run(plain, [x])[0];

        AssertClose(expected, Run(module, [x])[0]);
        var y = Run(module, [x], training: true)[0];
        AssertClose(expected.select(1, 0), y.select(1, 0));
        Assert.False(allclose(expected, y));
        Assert.True(y.Equals(Run(module, [x], training: true)[0]));
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru_before")]
    public void EveryGateHasADropoutOfItsOwnOnTheState(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = zeros(4000, 1, 1);
        var h = ones(4000, Units);
        Tensor[] inputs = [x, h, .. kind == "lstm" ? new[] { zeros(4000, Units) } : []];
        using var module = Build(Make(kind, false, new Linear(), new Linear()) with { UseBias = false, RecurrentDropout = 0.25 }, inputs);
        using var plain = Build(Make(kind, false, new Linear(), new Linear()) with { UseBias = false }, inputs);

        var mean = Run(module, inputs, training: true)[0].mean([0]);

        // Were the masks the same, the products of gates would have another mean than without dropout.
        AssertClose(Run(plain, inputs)[0].mean([0]), mean, 0.08);
    }

    [Theory]
    [InlineData("simple", "simple_rnn_cell", Units, "bias [5]")]
    [InlineData("lstm", "lstm_cell", 4 * Units, "bias [20]")]
    [InlineData("gru", "gru_cell", 3 * Units, "bias [2, 15]")]
    [InlineData("gru_before", "gru_cell", 3 * Units, "bias [15]")]
    public void WeightsAreKerass(string kind, string cell, int width, string bias)
    {
        var module = Make(kind, true).Build([new Spec(Shape.OfBatch(null, Features))], new BuildContext("encoder", new RandomKey(1), dry: true));

        Assert.Equal(
            [$"encoder/{cell}/kernel [3, {width}]", $"encoder/{cell}/recurrent_kernel [5, {width}]", $"encoder/{cell}/{bias}"],
            module.AllWeights.Select(weight => $"{weight.Path} [{string.Join(", ", weight.Shape)}]"));
        Assert.Equal("cell", Assert.Single(module.Children).Key);
    }

    [Fact]
    public void TheForgetGateStartsOpen()
    {
        using var scope = NewDisposeScope();
        var open = new LSTM { Units = 2 }.Build([new Spec(Shape.OfBatch(null, 3))], new BuildContext("lstm", new RandomKey(1)));
        var shut = new LSTM { Units = 2, UnitForgetBias = false, BiasInitializer = new Constant { Value = [3] } }
            .Build([new Spec(Shape.OfBatch(null, 3))], new BuildContext("lstm", new RandomKey(1)));
        var mixed = new LSTM { Units = 2, BiasInitializer = new Constant { Value = [3] } }
            .Build([new Spec(Shape.OfBatch(null, 3))], new BuildContext("lstm", new RandomKey(1)));

        Assert.Equal([0f, 0, 1, 1, 0, 0, 0, 0], open.AllWeights.Last().Value.data<float>().ToArray());
        Assert.Equal([3f, 3, 3, 3, 3, 3, 3, 3], shut.AllWeights.Last().Value.data<float>().ToArray());
        Assert.Equal([3f, 3, 1, 1, 3, 3, 3, 3], mixed.AllWeights.Last().Value.data<float>().ToArray());
    }

    [Fact]
    public void ShapesAreKnownBeforeAnythingIsBuilt()
    {
        var input = new Spec(Shape.OfBatch(null, 3));

        Assert.Equal(["[batch, 5]"], Shapes(new LSTM { Units = 5 }, input));
        Assert.Equal(["[batch, ?, 5]", "[batch, 5]", "[batch, 5]"], Shapes(new LSTM { Units = 5, ReturnSequences = true, ReturnState = true }, input));
        Assert.Equal(["[batch, 5]", "[batch, 5]"], Shapes(new GRU { Units = 5, ReturnState = true }, input));
        Assert.Equal(
            ["[batch, 2]", "[batch, 4]", "[batch, 4]", "[batch, 2]"],
            Shapes(new RNN { Cell = new StackedRNNCells { Cells = [new LSTMCell { Units = 4 }, new GRUCell { Units = 2 }] }, ReturnState = true }, input));
        Assert.Equal(["[batch, 4]", "[batch, 4]", "[batch, 4]"], Shapes(new LSTMCell { Units = 4 }, new Spec(Shape.OfBatch(3))));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var input = new Spec(Shape.OfBatch(7, 3));
        var state = new Spec(Shape.OfBatch(5));

        Assert.Equal("expected 3 axes, but its input is [batch, 3]", Misfit(new LSTM { Units = 5 }, new Spec(Shape.OfBatch(3))));
        Assert.Equal("needs to know the number of features, which is unknown in its input [batch, ?]", Misfit(new GRU { Units = 5 }, new Spec(Shape.OfBatch(7, null))));
        Assert.Equal("takes a sequence and 2 states, but was given 2 inputs", Misfit(new LSTM { Units = 5 }, input, state));
        Assert.Equal("takes a sequence and 1 state, but was given 3 inputs", Misfit(new GRU { Units = 5 }, input, state, state));
        Assert.Equal("expected a state of shape [batch, 4], but was given [batch, 5]", Misfit(new SimpleRNN { Units = 4 }, input, state));
        Assert.Equal(
            "needs to know how many examples a batch has to keep their states (stateful: true); give the input a 'batch_size'",
            Misfit(new LSTM { Units = 5, Stateful = true }, input));
        Assert.Equal("needs at least one cell", Misfit(new RNN { Cell = new StackedRNNCells { Cells = [] } }, input));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheMaskGoesOnWithTheSequence(bool sequences)
    {
        using var scope = NewDisposeScope();
        var x = Normal(1, Batch, Time, Features);
        var mask = tensor(Mask("right")!);
        using var module = Build(new LSTM { Units = 2, ReturnSequences = sequences, ReturnState = true }, [x]);

        var masks = module.OutputMasks([x], [mask], 3);

        Assert.Equal(sequences ? mask : null, masks[0]);
        Assert.Null(masks[1]);
        Assert.Null(masks[2]);
    }

    [Fact]
    public void KerasNamesOfOtherTimesAreRead()
    {
        var lstm = Reading.Read<Layer>(JsonNodes.Parse("""{"class_name": "CuDNNLSTM", "config": {"units": 3, "time_major": false, "unit_forget_bias": true}}"""), Dialect.Keras);
        var gru = Reading.Read<Layer>(JsonNodes.Parse("""{"class_name": "CuDNNGRU", "config": {"units": 3, "implementation": 1}}"""), Dialect.Keras);

        Assert.Equal(new LSTM { Units = 3 }, lstm);
        Assert.Equal(new GRU { Units = 3 }, gru);
    }

    /// <summary>A layer of a kind; with activations that libtorch's kernels do not know, but the same numbers, it walks step by step.</summary>
    private static WeightedRecurrentLayer Make(string kind, bool kernel, Activation? activation = null, Activation? gates = null)
    {
        activation ??= kernel ? new Tanh() : new OtherTanh();
        gates ??= new Sigmoid();
        return kind switch
        {
            "simple" => new SimpleRNN { Units = Units, Activation = activation },
            "lstm" => new LSTM { Units = Units, Activation = activation, RecurrentActivation = gates },
            "gru" => new GRU { Units = Units, Activation = activation, RecurrentActivation = gates },
            _ => new GRU { Units = Units, Activation = activation, RecurrentActivation = gates, ResetAfter = false },
        };
    }

    private static bool[,]? Mask(string kind)
    {
        if (kind == "none")
        {
            return null;
        }

        var lengths = new[] { 6, 4, 0, 1 };
        var mask = new bool[Batch, Time];
        for (var i = 0; i < Batch; i++)
        {
            for (var t = 0; t < Time; t++)
            {
                mask[i, t] = kind switch
                {
                    "all" => true,
                    "right" => t < lengths[i],
                    "left" => t >= Time - lengths[i],
                    _ => ((i * 5) + (t * 7)) % 3 != 0 && (i != 1 || t < 3),
                };
            }
        }

        return mask;
    }

    private static LayerModule Stateful(RecurrentLayer layer, Tensor x)
    {
        var module = (layer with { Stateful = true }).Build(
            [new Spec(new Shape(x.shape.Select(length => (long?)length)))], new BuildContext(layer.Name ?? "layer", new RandomKey(1)));
        Fill(module);
        return module;
    }

    private static IEnumerable<string> Shapes(Layer layer, params Spec[] inputs) =>
        layer.Infer(inputs, CallOptions.None).Select(output => output.ToString());

    private static string Misfit(Layer layer, params Spec[] inputs) =>
        Assert.Throws<ShapeException>(() => layer.Infer(inputs, CallOptions.None)).Message;

    private sealed record OtherTanh : Activation
    {
        public override Tensor Apply(Tensor x) => (2 * (2 * x).sigmoid()) - 1;
    }
}
