using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Recurrent;

public class BidirectionalTests
{
    public static TheoryData<MergeMode?, bool, bool> Merges
    {
        get
        {
            var merges = new TheoryData<MergeMode?, bool, bool>();
            foreach (var mode in new MergeMode?[] { MergeMode.Concat, MergeMode.Sum, MergeMode.Mul, MergeMode.Ave, null })
            {
                merges.Add(mode, true, false);
                merges.Add(mode, false, true);
                merges.Add(mode, true, true);
            }

            return merges;
        }
    }

    [Theory, MemberData(nameof(Merges))]
    public void ItIsTwoLayersOneOverTheReversedSequence(MergeMode? mode, bool sequences, bool masked)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 3, 4, 2);
        var mask = masked ? tensor(new[,] { { true, true, false, false }, { true, true, true, false }, { false, true, false, true } }) : null;
        var layer = new Bidirectional { Layer = new LSTM { Units = 3, ReturnSequences = sequences, ReturnState = true }, MergeMode = mode };
        using var module = Build(layer, [x]);
        using var ahead = Build(new LSTM { Units = 3, ReturnSequences = sequences, ReturnState = true, ZeroOutputForMask = sequences }, [x]);
        using var back = Build(new LSTM { Units = 3, ReturnSequences = sequences, ReturnState = true, ZeroOutputForMask = sequences }, [x]);
        foreach (var (one, other) in module.AllWeights.Zip(ahead.AllWeights.Concat(back.AllWeights)))
        {
            other.Assign(one.Value);
        }

        var outputs = Run(module, [x], [mask]);

        var (forward, backward) = (Run(ahead, [x], [mask]), Run(back, [x.flip(1)], [mask?.flip(1)]));
        var (y, z) = (forward[0], sequences ? backward[0].flip(1) : backward[0]);
        Tensor[] merged = mode switch
        {
            MergeMode.Concat => [cat([y, z], -1)],
            MergeMode.Sum => [y + z],
            MergeMode.Mul => [y * z],
            MergeMode.Ave => [(y + z) / 2],
            _ => [y, z],
        };
        Tensor[] expected = [.. merged, forward[1], forward[2], backward[1], backward[2]];
        Assert.Equal(expected.Length, outputs.Count);
        Assert.All(expected.Zip(outputs), pair => AssertClose(pair.First, pair.Second));
        var inferred = layer.Infer([SpecOf(x)], CallOptions.None);
        Assert.Equal(outputs.Select(output => new Shape([null, .. output.shape.Skip(1).Select(length => (long?)length)])), inferred.Select(output => output.Shape));
        if (masked && sequences)
        {
            Assert.Equal(0, outputs[0].select(0, 0).select(0, 3).abs().sum().item<float>());
        }

        var masks = module.OutputMasks([x], [mask], outputs.Count);
        Assert.Equal(outputs.Count, masks.Count);
        Assert.All(masks.Index(), pair => Assert.Equal(sequences && pair.Index < (mode is null ? 2 : 1) ? mask : null, pair.Item));
    }

    [Fact]
    public void EachLayerGetsItsHalfOfTheStates()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 3, 4, 2);
        Tensor[] states = [Normal(2, 3, 3), Normal(3, 3, 3)];
        using var module = Build(new Bidirectional { Layer = new GRU { Units = 3 }, MergeMode = null }, [x, .. states]);
        using var ahead = Build(new GRU { Units = 3 }, [x]);

        var outputs = Run(module, [x, .. states]);

        AssertClose(Run(ahead, [x, states[0]])[0], outputs[0]);
        Assert.Equal(
            "takes a sequence and 1 state, but was given 3 inputs",
            Assert.Throws<ShapeException>(() => new Bidirectional { Layer = new GRU { Units = 3 } }.Infer([SpecOf(x), SpecOf(states[0]), SpecOf(states[0]), SpecOf(states[0])], CallOptions.None)).Message);
    }

    [Fact]
    public void TheTwoDropDifferently()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = ones(20, 1, 6);
        using var module = Build(new Bidirectional { Layer = new SimpleRNN { Units = 3, Dropout = 0.5 }, MergeMode = null }, [x]);
        foreach (var (one, other) in module.AllWeights.Take(3).Zip(module.AllWeights.Skip(3)))
        {
            other.Assign(one.Value);
        }

        Assert.True(Run(module, [x])[0].Equals(Run(module, [x])[1]));
        Assert.False(Run(module, [x], training: true)[0].Equals(Run(module, [x], training: true)[1]));
    }

    [Fact]
    public void NamesAreKerass()
    {
        string[] Paths(Bidirectional layer)
        {
            var module = layer.Build([new Spec(Shape.OfBatch(4, 2))], new BuildContext("both", new RandomKey(1), dry: true));
            Assert.Equal(["forward_layer", "backward_layer"], module.Children.Select(child => child.Key));
            return [.. module.AllWeights.Where(weight => weight.Name == "bias").Select(weight => weight.Path)];
        }

        Assert.Equal(["both/forward_lstm/lstm_cell/bias", "both/backward_lstm/lstm_cell/bias"], Paths(new Bidirectional { Layer = new LSTM { Units = 3 } }));
        Assert.Equal(
            ["both/forward_words/lstm_cell/bias", "both/backward_words/gru_cell/bias"],
            Paths(new Bidirectional
            {
                Layer = new LSTM { Units = 3, Name = "forward_words" },
                BackwardLayer = new GRU { Units = 3, Name = "backward_words", GoBackwards = true },
            }));
    }

    [Theory]
    [InlineData("""{"layer": {"LSTM": {"units": 3, "go_backwards": true}}}""", "Both layers of Bidirectional go backwards.")]
    [InlineData("""{"layer": {"LSTM": {"units": 3}}, "backward_layer": {"LSTM": {"units": 3}}}""", "Both layers of Bidirectional go forward.")]
    [InlineData("""{"layer": {"LSTM": {"units": 3}}, "backward_layer": {"GRU": {"units": 3, "go_backwards": true, "return_sequences": true}}}""", "The two layers of Bidirectional differ in what they put out or keep.")]
    [InlineData("""{"layer": {"Dense": {"units": 3}}}""", "There is no recurrent layer 'Dense'.")]
    public void LayersThatDoNotGoTogetherAreMistakes(string options, string problem)
    {
        var error = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse($$"""{"Bidirectional": {{options}}}""")));

        Assert.StartsWith(problem, Assert.Single(error.Errors).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void NullLeavesTheOutputsApart()
    {
        var node = JsonNodes.Parse("""{"Bidirectional": {"layer": {"LSTM": {"units": 3}}, "merge_mode": null}}""");

        var layer = Assert.IsType<Bidirectional>(Reading.Read<Layer>(node));

        Assert.Null(layer.MergeMode);
        Assert.Null(Assert.IsType<Bidirectional>(Reading.Read<Layer>(Form.Of(typeof(Layer)).Write(layer, null, Dialect.Keras), Dialect.Keras)).MergeMode);
    }
}
