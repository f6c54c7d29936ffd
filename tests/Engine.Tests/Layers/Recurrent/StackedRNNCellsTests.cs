using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Recurrent;

public class StackedRNNCellsTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void AStackIsOneLayerAfterAnother(bool loop, bool masked)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 3, 5, 2);
        var mask = masked ? tensor(new[,] { { true, true, false, true, false }, { false, true, true, true, true }, { true, false, false, false, false } }) : null;
        Activation activation = loop ? new Softsign() : new Tanh();
        var cells = new RNN
        {
            Cell = new StackedRNNCells { Cells = [new LSTMCell { Units = 4, Activation = activation }, new GRUCell { Units = 3 }] },
            ReturnSequences = true,
            ReturnState = true,
        };
        using var stack = Build(cells, [x]);
        using var first = Build(new LSTM { Units = 4, Activation = activation, ReturnSequences = true, ReturnState = true }, [x]);
        using var second = Build(new GRU { Units = 3, ReturnSequences = true, ReturnState = true }, [Normal(1, 3, 5, 4)]);
        foreach (var (one, other) in stack.AllWeights.Zip(first.AllWeights.Concat(second.AllWeights)))
        {
            other.Assign(one.Value);
        }

        var outputs = Run(stack, [x], [mask]);

        var below = Run(first, [x], [mask]);
        var above = Run(second, [below[0]], [mask]);
        Tensor[] expected = [above[0], below[1], below[2], above[1]];
        Assert.Equal(expected.Length, outputs.Count);
        foreach (var (one, other) in expected.Zip(outputs))
        {
            AssertClose(one, other);
        }
    }

    [Fact]
    public void CellsOfOneKindAreNumbered()
    {
        var stack = new StackedRNNCells { Cells = [new GRUCell { Units = 4 }, new GRUCell { Units = 3, Name = "top" }, new GRUCell { Units = 2 }] };

        var module = new RNN { Cell = stack }.Build([new Spec(Shape.OfBatch(5, 2))], new BuildContext("rnn", new RandomKey(1), dry: true));

        var cell = Assert.Single(module.Children).Value;
        Assert.Equal(["cells/gru_cell", "cells/gru_cell_1", "cells/gru_cell_2"], cell.Children.Select(child => child.Key));
        Assert.Equal(
            ["rnn/stacked_rnn_cells/gru_cell/kernel", "rnn/stacked_rnn_cells/top/kernel", "rnn/stacked_rnn_cells/gru_cell_1/kernel"],
            module.AllWeights.Where(weight => weight.Name == "kernel").Select(weight => weight.Path));
    }

    [Fact]
    public void EveryCellHasADropoutOfItsOwn()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = ones(200, 1, 1);
        var cell = new SimpleRNNCell { Units = 1, UseBias = false, Activation = new Linear(), Dropout = 0.5 };
        using var module = new RNN { Cell = new StackedRNNCells { Cells = [cell, cell] } }.Build([SpecOf(x)], new BuildContext("rnn", new RandomKey(1)));
        foreach (var weight in module.AllWeights)
        {
            weight.Value.fill_(1);
        }

        var kept = Run(module, [x], training: true)[0].gt(0).to_type(ScalarType.Float32).mean().item<float>();

        Assert.InRange(kept, 0.15f, 0.35f); // a quarter, not a half
    }

    [Fact]
    public void ACellIsALayerOfItsOwn()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (x, h, c) = (Normal(1, 3, 2), Normal(2, 3, 4), Normal(3, 3, 4));
        using var cell = Build(new LSTMCell { Units = 4 }, [x, h, c]);
        using var layer = Build(new LSTM { Units = 4, ReturnState = true }, [x.unsqueeze(1), h, c]);

        var (alone, walked) = (Run(cell, [x, h, c]), Run(layer, [x.unsqueeze(1), h, c]));

        Assert.All(walked.Zip(alone), pair => AssertClose(pair.First, pair.Second));
        AssertClose(Run(cell, [x, zeros(3, 4), zeros(3, 4)])[0], Run(cell, [x])[0]);
    }

    [Fact]
    public void AListOfCellsIsAStack()
    {
        var node = JsonNodes.Parse("""{"RNN": {"cell": [{"LSTMCell": {"units": 4}}, {"GRUCell": {"units": 3}}]}}""");

        var rnn = Assert.IsType<RNN>(Reading.Read<Layer>(node));

        Assert.Equal([new LSTMCell { Units = 4 }, new GRUCell { Units = 3 }], Assert.IsType<StackedRNNCells>(rnn.Cell).Cells);
        var written = Form.Of(typeof(Layer)).Write(rnn, null, Dialect.Keras);
        var again = Assert.IsType<RNN>(Reading.Read<Layer>(written, Dialect.Keras));
        Assert.Equivalent(rnn, again, strict: true);
    }

    [Fact]
    public void ALayerThatIsNoCellIsRefused()
    {
        var node = JsonNodes.Parse("""{"RNN": {"cell": {"Dense": {"units": 4}}}}""");

        var error = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(node));

        Assert.StartsWith("There is no cell 'Dense'.", Assert.Single(error.Errors).Problem, StringComparison.Ordinal);
    }
}
